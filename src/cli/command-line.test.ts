import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UndiciNotifyHttp } from "../platform/channels/notify-http.ts";
import type { Terminal } from "../platform/terminal.ts";
import { execute } from "./command-line.ts";

let directory = "";
let configPath = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-cli-"));
  configPath = join(directory, "watchfire.yaml");
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

async function configure(config: object): Promise<void> {
  const storage = { path: join(directory, "data", "watchfire.db") };
  await writeFile(configPath, JSON.stringify({ storage, ...config }));
}

/** Runs one command line in this process and returns what it wrote. */
async function run(args: readonly string[], change: Partial<Terminal> = {}) {
  const written = { out: "", error: "" };
  const terminal: Terminal = {
    args,
    isInteractive: false,
    workingDirectory: directory,
    out: (text) => void (written.out += `${text}\n`),
    error: (text) => void (written.error += `${text}\n`),
    exitWith: () => undefined,
    onStop: () => undefined,
    onReload: () => undefined,
    ...change,
  };
  const code = await execute(terminal, args);
  return { code, ...written };
}

describe("cli/command-line", () => {
  it.each(["127.0.0.1:9797", "localhost:9797", "http://"])(
    "says how an address is written instead of %s",
    async (url) => {
      const { code, error } = await run(["status", "--url", url]);

      expect(code).toBe(64);
      expect(error).toContain(`--url "${url}" is no address; write it in full, such as http://127.0.0.1:9797`);
    },
  );

  it.each(["validate", "show", "diff", "check", "status", "schema", "run"])(
    "%s refuses a surplus word",
    async (name) => {
      const { code, out, error } = await run([name, "surplus"]);

      expect([code, out]).toEqual([64, ""]);
      expect(error).toContain(`"surplus" is one word too many. Usage: watchfire ${name} [options]`);
      expect(error).not.toContain("--config");
    },
  );

  it("takes a surplus path for the config that was meant, where there is a config", async () => {
    await configure({});

    expect((await run(["validate", configPath])).error).toContain(`Did you mean "--config ${configPath}"?`);
    expect((await run(["schema", configPath])).error).not.toContain("--config");
  });
});

describe("cli/check", () => {
  beforeEach(() => configure({ checks: { orders: { probe: "push", every: "1h" } } }));

  it("is unknown where nothing was selected", async () => {
    const table = await run(["check", "--config", configPath]);

    expect(table).toMatchObject({ code: 3, out: "no check was selected\n" });
  });

  it("writes no passing JUnit suite where nothing was selected", async () => {
    const junit = await run(["check", "--config", configPath, "--output", "junit"]);

    expect(junit).toMatchObject({ code: 3, error: "no check was selected\n" });
    expect(junit.out).toContain('tests="1" failures="0" errors="1"');
    expect(junit.out).toMatch(/<testcase [^>]*><error [^>]*message="no check was selected">/);
  });
});

describe("cli/notify", () => {
  const to = [{ kind: "log" }];

  beforeEach(() => configure({ receivers: { ops: { to }, desk: { to } }, route: { receiver: "ops" } }));

  it("sends nothing when one of the receivers is unknown", async () => {
    const { code, out, error } = await run(["notify", "--test", "ops", "dsk", "--config", configPath]);

    expect([code, out]).toEqual([64, ""]);
    expect(error).toContain('There is no receiver "dsk".\nDid you mean "desk"?');
  });

  it("needs the secrets of the named receivers and the person alone", async () => {
    await configure({
      checks: {
        shop: { probe: "http", target: "https://shop.example.com/", auth: { kind: "bearer", token: "${NOT_SET}" } },
      },
      receivers: { ops: { to }, desk: { to: [{ kind: "slack", url: "${NOT_SET}" }] } },
      people: { ann: { phone: "${NOT_SET}" } },
      route: { receiver: "ops" },
    });
    const test = (...more: readonly string[]) => run(["notify", "--test", ...more, "--config", configPath]);

    expect(await test("ops")).toMatchObject({ code: 0, out: expect.stringMatching(/^ok {3}ops: /) as string });
    expect(await test("desk")).toMatchObject({ code: 78, error: expect.stringContaining("NOT_SET") as string });
    expect((await test("ops", "--person", "ann")).code).toBe(78);
    expect((await test()).code).toBe(78);
  });

  it("sends to each and closes its connections, also when it fails midway", async () => {
    const close = vi.spyOn(UndiciNotifyHttp.prototype, "close");
    const args = ["notify", "--test", "ops", "desk", "--config", configPath];
    const sent = await run(args);
    const failed = await run(args, {
      out: () => {
        throw new Error("no way out");
      },
    });

    expect(sent.out).toMatch(/^ok {3}ops: .*\nok {3}desk: .*\n$/);
    expect([sent.code, failed.code]).toEqual([0, 70]);
    expect(close).toHaveBeenCalledTimes(2);
  });
});

describe("cli/url", () => {
  beforeEach(() => configure({ checks: { orders: { probe: "push", every: "1h" } } }));

  it("makes no key where no daemon has run, and names the data directory", async () => {
    const { code, out, error } = await run(["url", "orders", "--config", configPath]);

    expect([code, out]).toEqual([64, ""]);
    expect(error).toContain(`no daemon has run here: there is no push.key in ${join(directory, "data")}.`);
    expect(await readdir(directory)).toEqual(["watchfire.yaml"]);
  });

  it("makes the key with --create, and finds it from then on", async () => {
    const made = await run(["url", "orders", "--create", "--config", configPath]);
    const found = await run(["url", "orders", "--config", configPath]);

    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^values +http\S+\/api\/push\/\S+/m);
    expect(found).toEqual(made);
  });
});

describe("cli/status", () => {
  let server: Server;
  let answer: object = {};

  beforeEach(async () => {
    server = createServer((_, response) => response.end(JSON.stringify(answer))).listen(0, "127.0.0.1");
    await once(server, "listening");
    await writeFile(join(directory, "token"), "secret\n");
  });

  afterEach(() => server.close());

  async function status(failedDeliveries: readonly object[], more: object = {}): Promise<string> {
    const known = { version: "1", atMs: 0, env: "test", outboxPending: 0, tiers: [], problems: [], problemsLeftOut: 0 };
    answer = { ...known, failedDeliveries, ...more };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return (await run(["status", "--url", url, "--token-file", join(directory, "token")])).out;
  }

  it("shows each failed delivery in one line", async () => {
    const endpoint = "https://chat.example.com";
    const refused = {
      receiver: "ops",
      endpoint,
      outcome: "rejected",
      reason: "auth",
      detail: "HTTP 401\nno such token",
    };

    expect(
      await status([
        { ...refused, atMs: -240_000 },
        { receiver: "desk", endpoint, outcome: "retry" },
      ]),
    ).toBe(
      [
        "Watchfire 1, test",
        "not delivered to ops (https://chat.example.com), 4m ago: auth: HTTP 401 no such token",
        "not delivered to desk (https://chat.example.com): retry",
        "",
      ].join("\n"),
    );
  });

  it("names budgets that are nearly or wholly used up", async () => {
    const budget = { receiver: "voice", kind: "aliyun_voice", endpoint: "e#1", period: "day", limit: 100 };
    const budgets = [
      { ...budget, used: 85, level: "critical_only" },
      { ...budget, period: "month", used: 90, limit: 900, level: "free" },
    ];

    expect(await status([], { budgets })).toContain(
      "\nbudget of voice (aliyun_voice e#1): 85 of 100 messages today, critical only\n",
    );
    expect(await status([], { budgets })).not.toMatch(/month|nothing is wrong/);
  });

  it("joins what one endpoint did not take, and says the reason beside which its queue is full", async () => {
    const full = { receiver: "ops", endpoint: "x", outcome: "rejected", reason: "queue_full" };
    const refused = { ...full, outcome: "retryable", reason: "refused", detail: "ECONNREFUSED", ended: false };

    expect(await status([full, full, { ...full, reason: "refused" }, full, refused, { ...full, endpoint: "y" }])).toBe(
      [
        "Watchfire 1, test",
        "4 messages not delivered to ops (x): refused",
        "not delivered yet to ops (x): refused: ECONNREFUSED",
        "not delivered to ops (y): queue_full",
        "",
      ].join("\n"),
    );
  });

  it("counts the failed deliveries beyond the first ten endpoints, and says that nothing is wrong only without any", async () => {
    const many = Array.from({ length: 24 }, (_, index) => ({
      receiver: "ops",
      endpoint: String(index % 12),
      outcome: "rejected",
    }));

    expect(await status(many)).toContain("\n4 messages to others not delivered\n");
    expect(await status([])).toBe("Watchfire 1, test\nnothing is wrong\n");
  });
});
