import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { unix } from "./unix.ts";

type Options = Readonly<Record<string, unknown>>;

let directory = "";
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-unix-"));
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function serve(
  greet: ((socket: Socket) => void) | undefined,
  server: ReturnType<typeof createServer> = createServer(),
): Promise<string> {
  const path = join(directory, "app.sock");
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => {})));
  if (greet !== undefined) server.on("connection", greet);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return path;
}

async function run(path: string, options: Options = {}): Promise<Result> {
  return (await startNetworkRun(unix, path, options).outcome).result;
}

const pong = (socket: Socket): void => void socket.on("data", () => socket.end("-LOADING wait\r\n+PONG 7\r\n"));

describe("probes/unix", () => {
  it("is up when the connection stands, without the series of an address", async () => {
    const result = await run(await serve(() => {}));

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_failed_due_to_regex")).toBe(0);
    expect(sampleOf(result, "probe_unix_duration_seconds", { phase: "connect" })).toBeGreaterThan(0);
    expect(sampleOf(result, "probe_ip_protocol")).toBeUndefined();
  });

  it("holds the dialogue of tcp, with its labels", async () => {
    const dialogue = [{ send: "PING" }, { expect: "^\\+PONG (\\d)$", labels: { number: "$1" } }];

    const result = await run(await serve(pong), { dialogue });

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(result.samples.find(({ metric }) => metric === "probe_expect_info")?.labels).toEqual({ number: "7" });
    expect(unix.metricsOf({ dialogue }).find(({ name }) => name === "probe_expect_info")?.labels).toEqual(["number"]);
    expect(result.evidence).toEqual({ dialogue: ["> PING", "< -LOADING wait", "< +PONG 7"] });
  });

  it.each<readonly [string, Options, string]>([
    ["no line matches", { dialogue: [{ send: "PING" }, { expect: "^220" }] }, "down keyword"],
    ["it was slow", { slower_than: { warning: "0s" } }, "flaw slow"],
    ["it does not speak TLS", { encryption: "tls", tls: { verify: false }, dialogue: [] }, "down tls_handshake"],
  ])("says so when %s", async (_, options, reason) => {
    const path = await serve(pong);

    expect(reasonsOf(await run(path, options))).toEqual([reason]);
  });

  it("speaks TLS, and judges the certificate for the name that is set", async () => {
    const server = createTlsServer(identities.good, (socket) => void socket.end("ready\n"));
    server.on("tlsClientError", () => {});
    const path = await serve(undefined, server);
    const options = { encryption: "tls", dialogue: [{ expect: "ready" }] };

    const good = await run(path, { ...options, tls: { ca: rootPath, server_name: "shop.test" } });
    const other = await run(path, { ...options, tls: { ca: rootPath, server_name: "other.test" } });

    expect([good.verdict, reasonsOf(other)]).toEqual(["up", ["down tls_hostname"]]);
    expect(sampleOf(good, "probe_ssl_earliest_cert_expiry")).toBe(Date.UTC(2120, 0, 1) / 1000);
  });

  it("is unknown when a file of its own settings is missing", async () => {
    const tls = { ca: "/nowhere/ca.pem", server_name: "shop.test" };

    const result = await run(await serve(pong), { encryption: "tls", tls });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["unknown", "unknown file_missing"]);
  });

  it("F11 is down when there is no socket, none that listens, or a file in its place", async () => {
    const file = join(directory, "file");
    writeFileSync(file, "");

    const missing = await run(join(directory, "missing.sock"));
    const below = await run(join(file, "a.sock"));

    expect([...reasonsOf(missing), ...reasonsOf(below), ...reasonsOf(await run(file))]).toEqual([
      "down refused",
      "down refused",
      "down refused",
    ]);
    expect(missing.headline?.detail).toBe(`there is no socket (${join(directory, "missing.sock")})`);
  });

  it("F12 ends at the deadline when the other end is silent", async () => {
    let heard = (): void => {};
    const spoken = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const path = await serve((socket) => void socket.on("data", () => heard()));
    const waiting = startNetworkRun(unix, path, { dialogue: [{ send: "hello" }, { expect: "never" }] });
    await spoken;
    waiting.cancel();

    expect((await waiting.outcome).result.headline?.reason).toBe("timeout");
    expect(existsSync(path)).toBe(true);
  });

  it.each<readonly [Options, string]>([
    [{ encryption: "tls" }, "set tls.server_name"],
    [{ dialogue: [{ starttls: true }] }, "set tls.server_name"],
    [{ tls: {} }, "say nothing without TLS"],
    [{ dialogue: [{ expect: "(" }] }, "no RE2 pattern"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(unix.options.safeParse(options).error?.issues)).toContain(message);
  });

  it.each(["app.sock", "", "/", "/a\nb", `/${"a".repeat(107)}`])("refuses the target %j", (target) => {
    expect(() => unix.locate(target)).toThrow();
  });
});
