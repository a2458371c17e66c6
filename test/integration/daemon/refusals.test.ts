import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { type DaemonProcess, slowMs } from "../../support/daemons/daemon-process.ts";
import { DaemonWorld } from "../../support/worlds/daemon-world.ts";

const quiet = {
  checks: { machine: { probe: "host", interval: "1s", timeout: "1s" } },
  receivers: { ops: { to: [{ kind: "log" }] } },
  route: { receiver: "ops" },
};

/** Waits for a daemon that cannot start; returns its exit code and its words, which hold no stack trace. */
async function refusal(daemon: DaemonProcess): Promise<readonly [code: number | null, words: string]> {
  const { code } = await daemon.ended();
  expect(daemon.stderr).not.toMatch(/^\s+at .+:\d+/m);
  return [code, daemon.stderr];
}

describe("integration/daemon that cannot start", { timeout: slowMs }, () => {
  it("F76 leaves the store to the daemon that has it", async (context) => {
    const world = new DaemonWorld(context);
    const home = await world.home(quiet);
    const first = await home.start();
    const other = join(home.directory, "other.yaml");
    await home.configure({ ...quiet, server: { listeners: { main: { listen: "127.0.0.1:0" } } } }, other);

    const [code, words] = await refusal(home.launch(other));

    expect(code).toBe(75);
    expect(words).toMatch(/^watchfire: another daemon runs on the database \S+watchfire\.db\nStop it first/);
    expect((await first.get("/-/ready")).status).toBe(200);
  });

  it("F81 names the address that is taken and probes nothing", async (context) => {
    const world = new DaemonWorld(context);
    const target = await world.server();
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const listen = `127.0.0.1:${(taken.address() as { port: number }).port}`;
    const config = { ...quiet, services: { shop: {} }, checks: { checkout: pageCheck(target) } };
    const home = await world.home({ ...config, server: { listeners: { main: { listen } } } });

    const [code, words] = await refusal(home.launch());
    taken.close();

    expect(code).toBe(69);
    expect(words).toContain(listen);
    expect(target.requests).toEqual([]);
  });

  it("F73 says that the data directory cannot be made", async (context) => {
    const world = new DaemonWorld(context);
    const place = await world.home(quiet);
    await writeFile(join(place.directory, "file"), "");
    await place.configure({ ...quiet, storage: { path: join(place.directory, "file", "data", "watchfire.db") } });

    const [code, words] = await refusal(place.launch());

    expect(code).toBe(73);
    expect(words).toContain(join(place.directory, "file", "data"));
  });

  it("F86 lists every error of a config with file, line and column", async (context) => {
    const world = new DaemonWorld(context);
    const place = await world.home(quiet);
    await writeFile(
      place.configPath,
      [
        "checks:",
        "  page: { probe: http, target: http://127.0.0.1/, intervall: 5s }",
        "  machine: { probe: host, interval: 5 }",
        "  other: { probe: htpp, target: http://127.0.0.1/ }",
        "receivers: { ops: { to: [{ kind: log }] } }",
        "route: { receiver: opps }",
        "",
      ].join("\n"),
    );

    const [code, words] = await refusal(place.launch());
    const validated = await place.command("validate");

    expect(code).toBe(78);
    const errors = words.split("\n").filter((line) => line.includes("watchfire.yaml:"));
    const at = (line: number, text: string) =>
      expect(errors).toContainEqual(expect.stringMatching(new RegExp(`watchfire\\.yaml:${line}:\\d+.*${text}`)));
    at(2, "intervall.*interval");
    at(3, "30s");
    at(4, "htpp.*http");
    at(6, "opps.*ops");
    expect(validated.code).toBe(78);
    for (const error of errors) expect(validated.stderr + validated.stdout).toContain(error.trim());
  });

  it("F87 names the variable that is not set", async (context) => {
    const world = new DaemonWorld(context);
    const place = await world.home({
      ...quiet,
      receivers: { ops: { to: [{ kind: "slack", url: "${NOWHERE_SET}" }] } },
    });

    const [code, words] = await refusal(place.launch());

    expect(code).toBe(78);
    expect(words).toMatch(/watchfire\.yaml:\d+:\d+: receivers\.ops\.to\[0\]\.url: .*NOWHERE_SET is not set/);
  });

  it("says where a config is missing and how to get one", async (context) => {
    const world = new DaemonWorld(context);
    const place = await world.home(quiet);

    const [code, words] = await refusal(place.launch(join(place.directory, "nowhere")));

    expect(code).toBe(78);
    expect(words).toContain("watchfire init");
  });

  it("leaves the database of a newer Watchfire alone", async (context) => {
    const world = new DaemonWorld(context);
    const place = await world.home(quiet);
    const daemon = await place.start();
    await daemon.stop();
    const db = new Database(place.storePath);
    db.pragma("user_version = 9999");
    db.close();

    const [code, words] = await refusal(place.launch());

    expect(code).toBe(74);
    expect(words).toMatch(/newer/);
    expect((await readdir(join(place.directory, "data"))).filter((name) => name.includes("corrupt"))).toEqual([]);
  });

  it("sets a corrupt database aside, runs, and says so in the chat", async (context) => {
    const world = new DaemonWorld(context);
    const chat = await world.server();
    const place = await world.home(chatConfig(chat, quiet.checks));
    await mkdir(join(place.directory, "data"));
    await writeFile(place.storePath, Buffer.alloc(65_536, "not a database "));

    const daemon = await place.start();
    await chat.received(1);

    expect(headlines(chat)[0]).toContain("Watchfire");
    const aside = (await readdir(join(place.directory, "data"))).find((name) => name.includes(".corrupt-"));
    expect(chat.requests[0]?.body).toContain(aside);
    expect(await readFile(join(place.directory, "data", aside ?? ""), "utf8")).toContain("not a database");
    expect(daemon.events("trouble")).toMatchObject([{ component: "database" }]);
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
  });
});
