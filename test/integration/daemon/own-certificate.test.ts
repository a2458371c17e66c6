import { copyFile, readFile, rename, writeFile } from "node:fs/promises";
import { Agent, type RequestOptions, request } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import {
  type DaemonHome,
  type DaemonProcess,
  freePort,
  type LogRecord,
  slowMs,
  until,
} from "../../support/daemons/daemon-process.ts";
import { certificatePath, identities, intermediatePem, rootPath, rootPem } from "../../support/samples/certificates.ts";
import { DaemonWorld } from "../../support/worlds/daemon-world.ts";

type Scraped = Readonly<{ status: number; body: string; serial: string; socket: TLSSocket }>;

const serials = { good: serialOf("good"), previous: serialOf("previous") };

async function serialOf(name: string): Promise<string> {
  const { X509Certificate } = await import("node:crypto");
  return new X509Certificate(await readFile(certificatePath(name))).serialNumber;
}

/** Scrapes as Prometheus does: by the roots it was given, with or without a certificate of its own. */
function scrape(port: number, path = "/metrics", options: RequestOptions = {}): Promise<Scraped> {
  const url = `https://localhost:${port}${path}`;
  return new Promise((resolve, reject) => {
    request(url, { ca: rootPem, agent: false, lookup: toLoopback, ...options }, (response) => {
      const socket = response.socket as TLSSocket;
      const serial = socket.getPeerX509Certificate()?.serialNumber ?? "";
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body, serial, socket }));
    })
      .on("error", reject)
      .end();
  });
}

const toLoopback: NonNullable<RequestOptions["lookup"]> = (_host, options, callback) => {
  if (options.all === true) callback(null, [{ address: "127.0.0.1", family: 4 }]);
  else callback(null, "127.0.0.1", 4);
};

/** Puts files in place as those who renew do: whole, under another name, then renamed. */
async function put(home: DaemonHome, files: Readonly<{ cert?: string; key?: string }>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(home.directory, `${name}.pem`);
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }
}

/** Events of the listener of that name alone. */
function ofSecure(daemon: DaemonProcess, event: string): readonly LogRecord[] {
  return daemon.events(event).filter(({ listener, component }) => String(listener ?? component).endsWith("secure"));
}

async function reloadIs(daemon: DaemonProcess, value: 0 | 1, count: number): Promise<void> {
  const event = value === 1 ? "listener_certificate_renewed" : "listener_certificate_refused";
  daemon.signal("SIGHUP");
  await until(`${event} ${count} times`, () => ofSecure(daemon, event).length >= count);
  // The trouble is told once the files of all listeners were read.
  if (value === 0) await until(`told ${count} times`, () => ofSecure(daemon, "trouble").length >= count);
}

async function metricIs(daemon: DaemonProcess, value: 0 | 1): Promise<void> {
  // An answer of /metrics is kept for a moment.
  await until(`the metric says ${value}`, async () => {
    const read = await daemon.values("watchfire_listener_certificate_last_reload_successful", { listener: "secure" });
    return read[0] === value;
  });
}

describe("integration/daemon with certificates of its own", { timeout: slowMs }, () => {
  it("F45 shows a renewed certificate, keeps the old one where the new is rubbish, and goes on being scraped", async (context) => {
    const world = new DaemonWorld(context);
    const home = await world.home({});
    const [certificate, key] = [join(home.directory, "cert.pem"), join(home.directory, "key.pem")];
    const [secure, mutual] = [await freePort(), await freePort()];
    const modules = join(home.directory, "modules.yml");
    await writeFile(modules, "modules: { tcp_connect: { prober: tcp } }");
    await put(home, identities.good);
    await home.configure({
      server: {
        listeners: {
          secure: { listen: `127.0.0.1:${secure}`, tls: { certificate, key } },
          mutual: { listen: `127.0.0.1:${mutual}`, serve: ["ops"], tls: { certificate, key, client_ca: rootPath } },
          main: { listen: home.url.replace("http://", ""), serve: ["ops"] },
        },
      },
      blackbox: { modules_file: modules },
    });
    const daemon = await home.start();
    const kept = new Agent({ keepAlive: true });
    context.onTestFinished(() => kept.destroy());

    const first = await scrape(secure, "/metrics", { agent: kept });
    const door = await scrape(secure, `/probe?module=tcp_connect&target=127.0.0.1:${secure}`);
    await put(home, identities.previous);
    await reloadIs(daemon, 1, 1);
    const onOldConnection = await scrape(secure, "/metrics", { agent: kept });
    const renewed = await scrape(secure);

    await put(home, { cert: "-----BEGIN RUBBISH-----" });
    await reloadIs(daemon, 0, 1);
    const withRubbish = await scrape(secure);
    await put(home, { cert: identities.good.cert });
    await reloadIs(daemon, 0, 2);
    const withForeignKey = await scrape(secure);
    await put(home, identities.expired);
    await reloadIs(daemon, 0, 3);
    const withExpired = await scrape(secure);
    await metricIs(daemon, 0);
    const log = ofSecure(daemon, "trouble").map(({ detail }) => String(detail));
    await put(home, identities.good);
    await reloadIs(daemon, 1, 2);
    await until("the trouble is over", () => ofSecure(daemon, "trouble_over").length >= 1);
    await metricIs(daemon, 1);
    const mended = await scrape(secure);

    expect([first, door, onOldConnection, renewed, withRubbish, mended].map(({ status }) => status)).toEqual(
      Array.from({ length: 6 }, () => 200),
    );
    expect(door.body).toContain("probe_success 1");
    expect(onOldConnection.socket).toBe(first.socket);
    expect([first.serial, mended.serial]).toEqual([await serials.good, await serials.good]);
    expect([renewed, withRubbish, withForeignKey, withExpired].map(({ serial }) => serial)).toEqual(
      Array.from({ length: 4 }, () => renewed.serial),
    );
    expect(renewed.serial).toBe(await serials.previous);
    expect(log).toEqual([
      expect.stringContaining("holds no certificate in PEM; the old certificate stays in use"),
      expect.stringContaining("is not that of the first certificate in"),
      expect.stringContaining("has expired"),
    ]);
    expect(mended.body).toMatch(/watchfire_listener_certificate_expiry_timestamp_seconds\{listener="mutual"\} 4\d+/);

    const chain = `${await readFile(certificatePath("client"), "utf8")}${intermediatePem}`;
    const ours = { cert: chain, key: await readFile(certificatePath("client.key")) };
    await expect(scrape(mutual)).rejects.toThrow();
    expect((await scrape(mutual, "/metrics", ours)).status).toBe(200);

    const status = await home.command("status");
    expect([status.code, status.stderr]).toEqual([0, ""]);
    await copyFile(certificatePath("previous"), certificate);
    expect(await home.command("status")).toMatchObject({
      code: 69,
      stderr: expect.stringContaining("no daemon answers at https://"),
    });
  });

  it("F45 does not start with a certificate that it cannot use, and says which file is wrong", async (context) => {
    const home = await new DaemonWorld(context).home({});
    await put(home, { cert: identities.good.cert, key: identities.expired.key });
    const tls = { certificate: join(home.directory, "cert.pem"), key: join(home.directory, "key.pem") };
    await home.configure({ server: { listeners: { main: { listen: home.url.replace("http://", ""), tls } } } });

    const daemon = home.launch();

    expect(await daemon.ended()).toMatchObject({ code: 78 });
    expect(daemon.stderr).toContain(`the key in ${tls.key} is not that of the first certificate in ${tls.certificate}`);
  });
});
