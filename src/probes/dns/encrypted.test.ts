import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import packet from "dns-packet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { answer } from "../../../test/support/servers/dns-answers.ts";
import { DnsServer } from "../../../test/support/servers/dns-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { dns } from "./dns.ts";

const trusted = { tls: { ca: rootPath, server_name: "shop.test" } };
let server: DnsServer;
const closing: (() => void)[] = [];

beforeEach(async () => {
  server = await DnsServer.start();
});

afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await server.close();
});

async function ask(options: Readonly<Record<string, unknown>>, address: string): Promise<Result> {
  return (await startNetworkRun(dns, address, { name: "shop.test", ...options }).outcome).result;
}

describe("probes/dns over TLS and HTTPS", () => {
  const good = answer({ answers: [{ type: "A", name: "shop.test", ttl: 1, data: "192.0.2.1" }] });

  /** TLS in front of the plain server. */
  async function serveTls(identity: keyof typeof identities = "good"): Promise<string> {
    server.set("shop.test", { a: ["192.0.2.1"] });
    const [, port] = server.address.split(":");
    const front = createTlsServer(identities[identity], (socket) => {
      const back = connect(Number(port), "127.0.0.1");
      socket
        .on("error", () => back.destroy())
        .pipe(back)
        .on("error", () => socket.destroy())
        .pipe(socket);
    });
    front.on("tlsClientError", () => {}).listen(0, "127.0.0.1");
    await once(front, "listening");
    closing.push(() => front.close());
    return `127.0.0.1:${(front.address() as AddressInfo).port}`;
  }

  async function serveHttps(handle: RequestListener): Promise<string> {
    const front = createHttpsServer(identities.good, handle).listen(0, "127.0.0.1");
    await once(front, "listening");
    closing.push(() => {
      front.closeAllConnections();
      front.close();
    });
    return `127.0.0.1:${(front.address() as AddressInfo).port}`;
  }

  it("asks over TLS, and shows the certificate", async () => {
    const result = await ask({ transport: "tls", ...trusted }, await serveTls());

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBeGreaterThan(0);
  });

  it("F40 reports an expired certificate as what it is", async () => {
    expect(reasonsOf(await ask({ transport: "tls", ...trusted }, await serveTls("expired")))).toEqual([
      "down tls_expired",
    ]);
  });

  it("asks over HTTPS", async () => {
    const asked: (string | undefined)[] = [];
    const address = await serveHttps((request, response) => {
      const url = new URL(request.url ?? "", "https://x");
      const decoded = packet.decode(Buffer.from(url.searchParams.get("dns") ?? "", "base64url"));
      asked.push(url.pathname, request.headers.accept, String(decoded.id), decoded.questions?.[0]?.name);
      response
        .setHeader("content-type", "application/dns-message")
        .end(
          good({ id: 0, name: "shop.test", type: 1, transport: "tcp", raw: Buffer.alloc(0), message: Buffer.alloc(0) }),
        );
    });

    const result = await ask({ transport: "https", path: "/q", ...trusted }, address);

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(asked).toEqual(["/q", "application/dns-message", "0", "shop.test"]);
    expect(sampleOf(result, "probe_tls_version_info", { version: "TLS 1.3" })).toBe(1);
  });

  it.each<readonly [string, RequestListener, string]>([
    ["a status", (_, response) => void response.writeHead(503).end(), "down status"],
    ["a web page", (_, response) => void response.end("<html>"), "down dns_malformed"],
  ])("reports %s in place of a message", async (_, handle, reason) => {
    expect(reasonsOf(await ask({ transport: "https", ...trusted }, await serveHttps(handle)))).toEqual([reason]);
  });
});
