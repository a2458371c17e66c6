import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodeGbk } from "../../demo/gbk.ts";
import { type CommandRun, DaemonHome, freePort, runWatchfire, slowMs } from "../support/daemons/daemon-process.ts";

const shop = "<!doctype html><html><title>商城</title><button>加入购物车</button></html>";
const pages: Readonly<Record<string, readonly [contentType: string, body: Buffer]>> = {
  "/declared": ["text/html; charset=gbk", encodeGbk(shop)],
  "/undeclared": ["text/html", encodeGbk(shop)],
  "/mislabelled": ["text/html; charset=utf-8", encodeGbk(shop)],
  "/utf-8": ["text/html; charset=utf-8", Buffer.from(shop)],
  "/late": ["text/plain", Buffer.from("late")],
  "/other": ["text/html; charset=gbk", encodeGbk("<html><title>商城</title>系统维护</html>")],
};

let server: Server;
let url = "";
let home: DaemonHome | undefined;

beforeAll(async () => {
  server = createServer(({ url: path = "" }, response) => {
    const [contentType, body] = pages[path] ?? [undefined, undefined];
    response.writeHead(contentType === undefined ? 404 : 200, { "content-type": contentType ?? "text/plain" });
    // Later than the flaw's bound, however fast the machine is.
    if (path === "/late") setTimeout(() => response.end(body), 50);
    else response.end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());
afterEach(async () => home?.remove());

function probeForKeyword(path: string): Promise<CommandRun> {
  return runWatchfire("probe", "http", url + path, "--option", "expect.contains=加入购物车", "--output", "json");
}

const noStack = /^\s+at .+:\d+/m;

describe("e2e/daemon commands", { timeout: slowMs }, () => {
  it.for(["/declared", "/undeclared", "/mislabelled", "/utf-8"])("probe finds a Chinese word at %s", async (path) => {
    const run = await probeForKeyword(path);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    const result = JSON.parse(run.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({
      target: url + path,
      tier: "application",
      probe: "http",
      verdict: "up",
      findings: [],
    });
    expect(result).not.toHaveProperty("reason");
    expect(result["samples"]).toContainEqual({ metric: "probe_http_status_code", labels: {}, value: 200 });
  });

  it("probe says down, reason keyword, where the word is missing, in the whole shape of a result", async () => {
    const run = await probeForKeyword("/other");

    expect(run).toMatchObject({ code: 2, stderr: "" });
    const result = JSON.parse(run.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({ verdict: "down", reason: "keyword", detail: expect.stringContaining("加入购物车") });
    expect(Object.keys(result).join(" ")).toBe(
      "check target tier probe verdict reason detail phase findings started_at duration_seconds phases samples evidence",
    );
    expect(JSON.stringify(result["evidence"])).toContain("系统维护");
    expect(result["started_at"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it.for([
    ["a flaw", 1, ["probe", "http", "{url}/late", "--option", "expect.slower_than.warning=10ms"]],
    ["an outage", 2, ["probe", "http", "http://127.0.0.1:{port}/"]],
    ["what could not be measured", 3, ["probe", "host", "--option", "procfs=/nowhere"]],
  ] as const)("probe ends with the Nagios code for %s", async ([, code, args]) => {
    const port = String(await freePort());

    const run = await runWatchfire(...args.map((arg) => arg.replace("{url}", url).replace("{port}", port)));

    expect(run.code, run.stdout + run.stderr).toBe(code);
    expect(run.stderr).toBe("");
  });

  it.for([
    ["no command of that name", ["prob"], 'Did you mean "probe"?'],
    ["an unknown option", ["probe", "http", "http://127.0.0.1/", "--optin", "a=b"], "--optin"],
    ["an unknown probe", ["probe", "htpp", "http://127.0.0.1/"], 'Did you mean "http"?'],
    ["no target", ["probe", "http"], "needs a target"],
    ["a target that is no URL", ["probe", "http", "::::"], "does not fit"],
    ["an unknown key", ["probe", "http", "http://127.0.0.1/", "--option", "expct.status=200"], "expct"],
    ["an option without a value", ["probe", "http", "http://127.0.0.1/", "--option", "expect"], "expect"],
    ["a time without a unit", ["probe", "http", "http://127.0.0.1/", "--timeout", "5"], "5s"],
    ["a pattern that is none", ["probe", "http", "http://127.0.0.1/", "--option", "expect.matches=("], "matches"],
    ["a format that is none", ["probe", "host", "--output", "xml"], "neither table nor json"],
  ] as const)("ends with 64 and says what is wrong: %s", async ([, args, words]) => {
    const run = await runWatchfire(...args);

    expect(run).toMatchObject({ code: 64, stdout: "" });
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toMatch(noStack);
  });

  it.skipIf(!existsSync("/dev/full"))(
    "ends with 74 and says so in a line when its output cannot be written",
    async () => {
      await using full = await open("/dev/full", "w");
      const child = spawn(process.execPath, ["dist/main.js", "help"], { stdio: ["ignore", full.fd, "pipe"] });
      const words: Buffer[] = [];
      child.stderr?.on("data", (chunk: Buffer) => words.push(chunk));

      expect((await once(child, "close"))[0]).toBe(74);
      expect(Buffer.concat(words).toString()).toMatch(/^watchfire: the standard output cannot be written: ENOSPC.*\n$/);
    },
  );

  it("check runs what is chosen, in each format, and ends with the worst verdict", async () => {
    const page = { probe: "http", service: "shop", timeout: "5s" };
    home = await DaemonHome.create({
      services: { shop: {} },
      checks: {
        good: { ...page, target: `${url}/utf-8` },
        missing: { ...page, target: `${url}/nothing` },
        orders: { probe: "push", every: "1h" },
      },
      // Whoever only probes, as a pipeline does, has no secrets of receivers.
      receivers: { ops: { to: [{ kind: "slack", url: "${NOBODY_SET_IT}" }] } },
      route: { receiver: "ops" },
    });

    const good = await home.command("check", "--only", "good", "--output", "json");
    const both = await home.command("check", "--service", "shop", "--output", "json");
    const junit = await home.command("check", "--output", "junit");
    const push = await home.command("check", "--only", "orders");
    const typo = await home.command("check", "--only", "goood");

    expect(good).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(good.stdout)).toMatchObject([{ check: "good", verdict: "up" }]);
    expect(both.code).toBe(2);
    expect(JSON.parse(both.stdout)).toMatchObject([
      { check: "good", verdict: "up" },
      { check: "missing", verdict: "down", reason: "status", target: `${url}/nothing` },
    ]);
    expect(junit.code).toBe(2);
    expect(junit.stdout).toMatch(/<testsuites?[^>]* tests="2" failures="1"/);
    expect(push.code).toBe(64);
    await home.configure({ checks: { good: { ...page, service: undefined, target: "${NOBODY_SET_IT}" } } });
    const secret = await home.command("check");
    expect(secret).toMatchObject({ code: 78, stderr: expect.stringContaining("checks.good.target: the environment") });
    expect(typo).toMatchObject({ code: 64, stderr: expect.stringContaining('Did you mean "good"?') });
  });
});
