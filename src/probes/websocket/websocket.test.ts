import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type RawData, type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { identities, rootPath } from "../../../test/support/certificates.ts";
import { type Fault, serveFault } from "../../../test/support/fault-server/fault-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/http-run.ts";
import type { Result } from "../../core/result.ts";
import { encodeFrame } from "./frames.ts";
import { websocket } from "./websocket.ts";

type Options = Readonly<Record<string, unknown>>;
type Greet = (socket: WebSocket, request: IncomingMessage) => void;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A server of the library `ws`. */
async function serve(
  greet: Greet,
  options: ServerOptions = {},
  identity?: { key: string; cert: string },
): Promise<number> {
  const http = identity === undefined ? createHttpServer() : createHttpsServer(identity);
  const server = new WebSocketServer({ server: http, ...options });
  server.on("connection", (socket, request) => {
    socket.on("error", () => {});
    greet(socket, request);
  });
  http.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  return (http.address() as AddressInfo).port;
}

async function run(port: number, options: Options = {}, scheme = "ws"): Promise<Result> {
  return (await startNetworkRun(websocket, `${scheme}://127.0.0.1:${port}/feed?a=1`, options).outcome).result;
}

async function probe(greet: Greet, options: Options = {}): Promise<Result> {
  return run(await serve(greet), options);
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString("utf8") : "";
}

const quiet: Greet = () => {};
const echo: Greet = (socket) => void socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));

describe("probes/websocket against ws", () => {
  it("is up when the server agrees, with phases and the names of blackbox_exporter", async () => {
    const asked: IncomingMessage["headers"][] = [];

    const result = await probe((_, request) => asked.push({ ...request.headers, url: request.url ?? "" }), {
      origin: "https://shop.test",
      headers: { "X-Client": "w" },
      auth: { kind: "bearer", token: "secret-token" },
    });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(asked[0]).toMatchObject({
      url: "/feed?a=1",
      origin: "https://shop.test",
      "x-client": "w",
      authorization: "Bearer secret-token",
      "sec-websocket-version": "13",
      "user-agent": "Watchfire",
    });
    expect(sampleOf(result, "probe_websocket_connection_upgraded")).toBe(1);
    expect(sampleOf(result, "probe_websocket_status_code")).toBe(101);
    expect(sampleOf(result, "probe_websocket_failed_due_to_regex")).toBe(0);
    expect(sampleOf(result, "probe_websocket_duration_seconds", { phase: "processing" })).toBeGreaterThan(0);
    expect(sampleOf(result, "probe_ip_protocol")).toBe(4);
    expect(JSON.stringify(result)).not.toContain("secret-token");
  });

  it("holds a dialogue of texts, bytes and pings, and closes", async () => {
    let close = (_code: number): void => {};
    const closed = new Promise<number>((resolve) => {
      close = resolve;
    });
    const heard: string[] = [];

    const result = await probe(
      (socket) => {
        socket.send("welcome");
        socket.send("noise");
        socket.send("ready");
        socket.ping("are you there");
        socket.on("pong", (data) => heard.push(String(data)));
        socket.on("close", (code) => close(code));
        socket.on("message", (data, isBinary) => {
          heard.push(isBinary ? "binary" : textOf(data));
          socket.send(data, { binary: isBinary });
        });
      },
      {
        dialogue: [
          { expect_next: "^wel" },
          { expect: "^ready$" },
          { send: "x".repeat(200) },
          { expect_next: "^x{200}$" },
          { send_secret: "pass-word" },
          { expect_hex: "70617373 2d776f7264" },
          { send_hex: "00ff" },
          { expect_hex: "00ff" },
          { ping: true },
          { close: 1000 },
        ],
      },
    );

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(sampleOf(result, "probe_websocket_ping_duration_seconds")).toBeGreaterThan(0);
    expect(await closed).toBe(1000);
    expect(heard).toEqual(["x".repeat(200), "are you there", "pass-word", "binary"]);
    expect((result.evidence as { dialogue: string[] }).dialogue.slice(0, 4)).toEqual([
      "< welcome",
      "< noise",
      "< ready",
      `> ${"x".repeat(200)}`,
    ]);
  });

  it.each([[65_535], [65_536], [200_000]])("sends and reads a message of %d characters", async (length) => {
    const port = await serve(echo, { maxPayload: 1_000_000 });

    const result = await run(port, { dialogue: [{ send: "y".repeat(Math.min(length, 65_536)) }, { expect: "^y+$" }] });
    const long = await probe((socket) => socket.send("z".repeat(length)), { dialogue: [{ expect_next: "^z+$" }] });

    expect([result.verdict, long.verdict]).toEqual(["up", "up"]);
  });

  it("joins a message that comes in parts, with a ping between them", async () => {
    const result = await probe(
      (socket) => {
        socket.send("或者", { fin: false });
        socket.ping();
        socket.send(" done", { fin: true });
      },
      { dialogue: [{ expect_next: "^或者 done$" }] },
    );

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
  });

  it("takes the subprotocol that the server chooses, and misses one", async () => {
    const port = await serve(quiet, { handleProtocols: (offered) => (offered.has("v2") ? "v2" : false) });

    const chosen = await run(port, { subprotocols: ["v1", "v2"] });
    const none = await run(port, { subprotocols: ["v3"] });

    expect(chosen.verdict).toBe("up");
    expect(chosen.evidence).toMatchObject({ subprotocol: "v2" });
    expect([...reasonsOf(none), none.headline?.detail]).toEqual([
      "down protocol",
      "the server chose none of the subprotocols v3",
    ]);
  });

  it.each<readonly [string, Greet, Options, readonly [string, string]]>([
    [
      "another message",
      (socket) => socket.send("no\u0007"),
      { expect_next: "^yes" },
      ["down keyword", 'step 1: the next message was "no\\x07", which does not match ^yes'],
    ],
    [
      "a close before the message",
      (socket) => {
        socket.send("a");
        socket.close(1008, "who are you");
      },
      { expect: "^yes" },
      [
        "down keyword",
        'step 1: the server closed with 1008 (policy violation): who are you before a message matched ^yes; the last message was "a"',
      ],
    ],
    [
      "other bytes",
      (socket) => socket.send(Buffer.from([1, 2])),
      { expect_hex: "01" },
      ["down keyword", "step 1: the next message was 2 other bytes than the 1 expected"],
    ],
    [
      "another close",
      (socket) => socket.close(1011),
      { expect_close: 1000 },
      ["down protocol", "step 1: the server closed with 1011 (internal error), expected 1000 (normal closure)"],
    ],
    [
      "no close frame",
      (socket) => socket.terminate(),
      { expect_close: 1000 },
      ["down protocol", "step 1: the connection ended without a close frame, expected 1000 (normal closure)"],
    ],
    [
      "a close before the pong",
      (socket) => socket.close(4321),
      { ping: true },
      ["down protocol", "step 1: the server closed with 4321 before the ping was answered"],
    ],
  ])("is down for %s", async (_, greet, step, [reason, detail]) => {
    const result = await probe(greet, { dialogue: [step] });

    expect([...reasonsOf(result), result.headline?.detail]).toEqual([reason, detail]);
    expect(sampleOf(result, "probe_websocket_failed_due_to_regex")).toBe(
      reason === "down keyword" && !("expect_hex" in step) ? 1 : 0,
    );
  });

  it("is up when the server closes with the code that is expected", async () => {
    expect((await probe((socket) => socket.close(1008), { dialogue: [{ expect_close: 1008 }] })).verdict).toBe("up");
  });

  it("says with which status an upgrade is refused", async () => {
    const port = await serve(quiet, { verifyClient: (_, answer) => answer(false, 401) });

    const result = await run(port);

    expect([...reasonsOf(result), result.headline?.detail]).toEqual([
      "down status",
      "answered 401 Unauthorized, expected 101",
    ]);
    expect(sampleOf(result, "probe_websocket_connection_upgraded")).toBe(0);
    expect(sampleOf(result, "probe_websocket_status_code")).toBe(401);
  });

  it("speaks TLS for wss, with the certificate's series, and judges it", async () => {
    const tls = { ca: rootPath, server_name: "shop.test" };
    const good = await run(await serve(quiet, {}, identities.good), { tls }, "wss");
    const bad = await run(await serve(quiet, {}, identities.expired), { tls }, "wss");
    const plain = await run(await serve(quiet), { tls }, "wss");

    expect([good.verdict, ...reasonsOf(good)]).toEqual(["up"]);
    expect(sampleOf(good, "probe_ssl_earliest_cert_expiry")).toBe(Date.UTC(2120, 0, 1) / 1000);
    expect([reasonsOf(bad), reasonsOf(plain)]).toEqual([["down tls_expired"], ["down tls_handshake"]]);
  });

  it("is unknown when a file of its own settings is missing", async () => {
    const port = await serve(quiet, {}, identities.good);

    const result = await run(port, { tls: { ca: "/nowhere/ca.pem" } }, "wss");

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["unknown", "unknown permission"]);
  });

  it("grades a slow run, and is down when nobody listens", async () => {
    const slow = await probe(quiet, { slower_than: { critical: "0s" } });

    expect([slow.verdict, ...reasonsOf(slow)]).toEqual(["up", "flaw slow"]);
    expect(reasonsOf(await run(1))).toEqual(["down refused"]);
  });
});

describe("probes/websocket against a server that does not keep the rules", () => {
  /** Accepts as it should, then writes these bytes. */
  async function probeBytes(
    bytes: readonly number[],
    options: Options = { dialogue: [{ expect: "x" }] },
  ): Promise<Result> {
    const port = await serve((_, request) => void request.socket.end(Uint8Array.from(bytes)));
    return run(port, options);
  }

  it.each<readonly [string, readonly number[], string]>([
    ["a reserved bit", [0xc1, 0], "sets a reserved bit"],
    ["a masked frame", [...encodeFrame(1, new Uint8Array(1), new Uint8Array(4))], "is masked"],
    ["an unknown kind", [0x83, 0], "unknown kind 3"],
    ["a ping in parts", [0x09, 0], "control frame in parts"],
    ["a long ping", [0x89, 126, 0, 126], "too long"],
    ["a huge frame", [0x81, 127, 0, 1, 0, 0, 0, 0, 0, 0], "are not read"],
    ["a part without a beginning", [0x80, 0], "mixed up"],
    ["a beginning within a message", [0x01, 1, 65, 0x81, 1, 65], "mixed up"],
    ["a text that is no UTF-8", [0x81, 1, 0xff], "no UTF-8"],
  ])("F36 is down for %s", async (_, bytes, detail) => {
    const result = await probeBytes(bytes);

    expect(reasonsOf(result)).toEqual(["down protocol"]);
    expect(result.headline?.detail).toContain(detail);
  });

  async function probeFault(fault: Fault, options: Options = {}): Promise<Result> {
    const server = await serveFault(fault);
    closing.push(() => server.close());
    return run(server.port, options);
  }

  const answer =
    (...lines: readonly string[]): Fault =>
    ({ socket }) =>
      void socket.end([...lines, "", ""].join("\r\n"));

  it.each<readonly [string, Fault, string, string]>([
    ["a page", answer("HTTP/1.1 200 OK", "content-length: 0"), "down status", "answered 200 OK, expected 101"],
    [
      "a redirect",
      answer("HTTP/1.1 302 Found", "location: https://a.test/x?token=1"),
      "down status",
      "which leads to https://a.test/x, expected 101",
    ],
    ["no HTTP", answer("SSH-2.0-x"), "down protocol", "which is no HTTP"],
    ["101 without Upgrade", answer("HTTP/1.1 101 OK", "connection: upgrade"), "down protocol", "without Upgrade"],
    ["101 without Connection", answer("HTTP/1.1 101 OK", "upgrade: websocket"), "down protocol", "without Connection"],
    [
      "another accept",
      answer("HTTP/1.1 101 OK", "upgrade: WebSocket", "connection: keep-alive, Upgrade", "sec-websocket-accept: x"),
      "down protocol",
      "did not prove",
    ],
    ["a header without colon", answer("HTTP/1.1 101 OK", "oops"), "down protocol", "without a colon"],
    ["half an answer", ({ socket }) => void socket.end("HTTP/1.1 101"), "down reset", "closed before it had answered"],
    [
      "many headers",
      answer("HTTP/1.1 101 OK", ...Array.from({ length: 200 }, (_, at) => `a${at}: b`)),
      "down header_overflow",
      "100 headers",
    ],
  ])("F27 F28 is down for %s", async (_, fault, reason, detail) => {
    const result = await probeFault(fault);

    expect(reasonsOf(result)).toEqual([reason]);
    expect(result.headline?.detail).toContain(detail);
  });

  it("F22 F36 reads an endless stream of messages no further than its budget", async () => {
    const result = await probe(
      (socket) => {
        const more = (): void => socket.send("y".repeat(60_000), (error) => error ?? more());
        more();
      },
      { dialogue: [{ expect: "never" }] },
    );

    expect(reasonsOf(result)).toEqual(["down protocol"]);
    expect(result.headline?.detail).toContain("floods us");
  });

  it("F12 ends at the deadline with the reason of the phase", async () => {
    let greeted = (): void => {};
    const met = new Promise<void>((resolve) => {
      greeted = resolve;
    });
    const silent = await serve((socket) => void socket.on("message", () => greeted()));
    const waiting = startNetworkRun(websocket, `ws://127.0.0.1:${silent}/`, {
      dialogue: [{ send: "hello" }, { expect: "never" }],
    });
    await met;
    const mute = await serveFault(({ stalled }) => stalled());
    closing.push(() => mute.close());
    const unanswered = startNetworkRun(websocket, `ws://127.0.0.1:${mute.port}/`);
    await mute.stalled;
    unanswered.cancel();
    const { result } = await unanswered.outcome;
    waiting.cancel();

    expect(result.headline?.reason).toBe("ttfb_timeout");
    expect((await waiting.outcome).result.headline?.reason).toBe("timeout");
  });
});

describe("probes/websocket options", () => {
  it.each<readonly [Options, string]>([
    [{ dialogue: [{ expect: "a", send: "b" }] }, "does one thing"],
    [{ dialogue: [{}] }, "does one thing"],
    [{ dialogue: [{ expect: "(" }] }, "no RE2 pattern"],
    [{ dialogue: [{ close: 5 }] }, "Too small"],
    [{ dialogue: [{ send_hex: "0" }] }, "hexadecimal"],
    [{ headers: { Origin: "x" } }, "Origin by"],
    [{ headers: { "Sec-WebSocket-Key": "x" } }, "set by the probe itself"],
    [{ headers: { upgrade: "x" } }, "set by the probe itself"],
    [{ origin: "https://a/b" }, "without a path"],
    [{ subprotocols: ["a b"] }, "token without spaces"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(websocket.options.safeParse(options).error?.issues)).toContain(message);
  });

  it.each(["http://a/", "ws://", "wss://u:p@a/", "a"])("refuses the target %s", (target) => {
    expect(() => websocket.locate(target)).toThrow();
  });

  it("shows a target without query", () => {
    expect(websocket.locate("WSS://Shop.Test/a?token=1#x")).toEqual({
      canonical: "wss://shop.test/a?token=1",
      display: "wss://shop.test/a",
      host: "shop.test",
    });
  });
});
