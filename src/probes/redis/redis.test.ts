import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { optionsSchema } from "./options.ts";
import { redis } from "./redis.ts";

const closing: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** Answers each command by what `answer` makes of its words, byte for byte. */
async function serve(answer: (words: readonly string[], socket: Socket) => string | undefined): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      const words = bytes
        .toString()
        .split("\r\n")
        .filter((_, index) => index > 0 && index % 2 === 0);
      const text = answer(words, socket);
      if (text !== undefined) socket.write(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const infoOf = (lines: Readonly<Record<string, string | number>>): string =>
  bulk(
    `# Server\r\n${Object.entries({ role: "master", ...lines })
      .map(([name, value]) => `${name}:${value}`)
      .join("\r\n")}\r\n`,
  );
const answering =
  (lines: Readonly<Record<string, string | number>>) =>
  ([name]: readonly string[]) =>
    name === "PING" ? "+PONG\r\n" : infoOf(lines);

async function probe(port: number, options: object = {}): Promise<Result> {
  return (await startNetworkRun(redis, `127.0.0.1:${port}`, { ...options }).outcome).result;
}

const master = { used_memory: 512, maxmemory: 1024, connected_clients: 3, connected_slaves: 1, uptime_in_seconds: 60 };
const replica = { role: "slave", master_link_status: "up", master_last_io_seconds_ago: 7 };

describe("probes/redis", () => {
  it("is up with what INFO tells", async () => {
    const result = await probe(await serve(answering(master)));

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_redis_memory_used_bytes")).toBe(512);
    expect(sampleOf(result, "probe_redis_connected_replicas")).toBe(1);
    expect(sampleOf(result, "probe_redis_role", { role: "master" })).toBe(1);
    expect(sampleOf(result, "probe_redis_duration_seconds", { phase: "dialogue" })).toBeGreaterThan(0);
    expect(Object.keys(result.phasesMs)).toEqual(["resolve", "connect", "dialogue", "local"]);
  });

  it("puts a reply together from whatever pieces it comes in", async () => {
    const text = infoOf({ ...master, note: "商城" });
    const port = await serve(([name], socket) => {
      if (name === "PING") return "+PONG\r\n";
      const bytes = Buffer.from(text);
      const next = (at: number): void => {
        if (at < bytes.length) socket.write(bytes.subarray(at, at + 1), () => setImmediate(() => next(at + 1)));
      };
      next(0);
      return undefined;
    });

    expect(sampleOf(await probe(port), "probe_redis_memory_max_bytes")).toBe(1024);
  });

  it.each<readonly [string, Readonly<Record<string, string | number>>, object, readonly string[]]>([
    ["another role", replica, { role: "master" }, ["down assertion"]],
    ["the role", replica, { role: "replica" }, []],
    ["a lost link", { ...replica, master_link_status: "down" }, {}, ["down assertion"]],
    ["loading", { ...master, loading: 1 }, {}, ["down assertion"]],
    ["too few replicas", master, { replicas: 2 }, ["down assertion"]],
    ["enough replicas", master, { replicas: 1 }, []],
    ["lag", replica, { lag_above: { warning: "5s", critical: "10s" } }, ["flaw threshold"]],
    ["a link that was never up", { ...replica, master_last_io_seconds_ago: -1 }, { lag_above: { warning: "5s" } }, []],
    ["memory", master, { memory_above: { warning: "40%", critical: "45%" } }, ["flaw threshold"]],
    ["no limit of memory", { ...master, maxmemory: 0 }, { memory_above: { warning: "40%" } }, []],
  ])("judges %s", async (_, lines, expectations, reasons) => {
    expect(reasonsOf(await probe(await serve(answering(lines)), { expect: expectations }))).toEqual(reasons);
  });

  it("logs in by password or ACL, and shows neither in what a refusal says (F121)", async () => {
    const seen: (readonly string[])[] = [];
    const port = await serve((words) => {
      seen.push(words);
      if (words[0] !== "AUTH") return answering(master)(words);
      return words.includes("s3cret") ? "+OK\r\n" : "-WRONGPASS invalid username-password pair\r\n";
    });

    const good = await probe(port, { password: "s3cret" });
    const user = await probe(port, { username: "monitor", password: "s3cret" });
    const bad = await probe(port, { password: "canary-wrong" });

    expect([good, user].map(({ verdict }) => verdict)).toEqual(["up", "up"]);
    expect(seen.filter(([name]) => name === "AUTH")).toEqual([
      ["AUTH", "s3cret"],
      ["AUTH", "monitor", "s3cret"],
      ["AUTH", "canary-wrong"],
    ]);
    expect(bad.findings).toMatchObject([
      { is: "unknown", reason: "permission", detail: expect.stringContaining("AUTH is refused") },
    ]);
    expect(JSON.stringify(bad)).not.toContain("canary");
  });

  it.each<readonly [string, string, string]>([
    ["a password that is wanted", "-NOAUTH Authentication required.\r\n", "unknown permission"],
    ["rights that are missing", "-NOPERM User has no permissions\r\n", "unknown permission"],
    ["a server that is full of clients", "-ERR max number of clients reached\r\n", "down assertion"],
    ["a master that is lost", "-MASTERDOWN Link with MASTER is down\r\n", "down assertion"],
    ["another protocol (F28)", "SSH-2.0-OpenSSH_9.2\r\n", "down protocol"],
    ["another answer", "+HELLO\r\n", "down protocol"],
    ["a length that is none", "$x\r\n", "down protocol"],
    ["an answer without end (F22)", "$4000000000\r\n", "down protocol"],
    ["a line without end (F27)", `+${"x".repeat(70_000)}`, "down protocol"],
  ])("tells %s", async (_, text, reason) => {
    expect(reasonsOf(await probe(await serve(() => text)))).toEqual([reason]);
  });

  it("is down where nothing listens, and where the connection ends (F11)", async () => {
    const port = await serve((_, socket) => void socket.end());
    const closed = await serve(() => undefined);
    await Promise.all(closing.splice(1, 1).map((close) => close()));

    expect(reasonsOf(await probe(port))).toEqual(["down reset"]);
    expect(reasonsOf(await probe(closed))).toEqual(["down refused"]);
  });

  it("is late in the dialogue while the server says nothing (F12)", async () => {
    const asked = Promise.withResolvers<void>();
    const port = await serve(() => {
      asked.resolve();
      return undefined;
    });
    const run = startNetworkRun(redis, `127.0.0.1:${port}`);
    await asked.promise;

    run.cancel();

    const { result } = await run.outcome;
    expect(reasonsOf(result)).toEqual(["down timeout"]);
    expect(result.headline?.detail).toMatch(/^waiting for the answer to PING: not finished within/);
  });

  it.each([
    [{ username: "u" }, "a user needs a password"],
    [{ tls: {} }, "add encryption: tls"],
    [{ info: false, expect: { role: "master" } }, "expect needs INFO"],
  ])("refuses %j", (options, problem) => {
    expect(optionsSchema.safeParse(options).error?.issues[0]?.message).toContain(problem);
  });
});
