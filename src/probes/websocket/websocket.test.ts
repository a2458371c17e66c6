import type { IncomingMessage } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { RawData } from "ws";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import {
  closeSockets,
  type Greet,
  probeSockets,
  runWebsocketProbe,
  serveSockets,
} from "../../../test/support/servers/socket-servers.ts";
import { reasonsOf, sampleOf } from "../../../test/support/worlds/http-run.ts";
import { websocket } from "./websocket.ts";

type Options = Readonly<Record<string, unknown>>;

afterEach(closeSockets);

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString("utf8") : "";
}

const quiet: Greet = () => {};
const echo: Greet = (socket) => void socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));

describe("probes/websocket against ws", () => {
  it("is up when the server agrees, with phases and the names of blackbox_exporter", async () => {
    const asked: IncomingMessage["headers"][] = [];

    const result = await probeSockets((_, request) => asked.push({ ...request.headers, url: request.url ?? "" }), {
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

    const result = await probeSockets(
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
    const port = await serveSockets(echo, { maxPayload: 1_000_000 });

    const result = await runWebsocketProbe(port, {
      dialogue: [{ send: "y".repeat(Math.min(length, 65_536)) }, { expect: "^y+$" }],
    });
    const long = await probeSockets((socket) => socket.send("z".repeat(length)), {
      dialogue: [{ expect_next: "^z+$" }],
    });

    expect([result.verdict, long.verdict]).toEqual(["up", "up"]);
  });

  it("joins a message that comes in parts, with a ping between them", async () => {
    const result = await probeSockets(
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
    const port = await serveSockets(quiet, { handleProtocols: (offered) => (offered.has("v2") ? "v2" : false) });

    const chosen = await runWebsocketProbe(port, { subprotocols: ["v1", "v2"] });
    const none = await runWebsocketProbe(port, { subprotocols: ["v3"] });

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
    const result = await probeSockets(greet, { dialogue: [step] });

    expect([...reasonsOf(result), result.headline?.detail]).toEqual([reason, detail]);
    expect(sampleOf(result, "probe_websocket_failed_due_to_regex")).toBe(
      reason === "down keyword" && !("expect_hex" in step) ? 1 : 0,
    );
  });

  it("is up when the server closes with the code that is expected", async () => {
    expect((await probeSockets((socket) => socket.close(1008), { dialogue: [{ expect_close: 1008 }] })).verdict).toBe(
      "up",
    );
  });

  it("says with which status an upgrade is refused", async () => {
    const port = await serveSockets(quiet, { verifyClient: (_, answer) => answer(false, 401) });

    const result = await runWebsocketProbe(port);

    expect([...reasonsOf(result), result.headline?.detail]).toEqual([
      "down status",
      "answered 401 Unauthorized, expected 101",
    ]);
    expect(sampleOf(result, "probe_websocket_connection_upgraded")).toBe(0);
    expect(sampleOf(result, "probe_websocket_status_code")).toBe(401);
  });

  it("speaks TLS for wss, with the certificate's series, and judges it", async () => {
    const tls = { ca: rootPath, server_name: "shop.test" };
    const good = await runWebsocketProbe(await serveSockets(quiet, {}, identities.good), { tls }, "wss");
    const bad = await runWebsocketProbe(await serveSockets(quiet, {}, identities.expired), { tls }, "wss");
    const plain = await runWebsocketProbe(await serveSockets(quiet), { tls }, "wss");

    expect([good.verdict, ...reasonsOf(good)]).toEqual(["up"]);
    expect(sampleOf(good, "probe_ssl_earliest_cert_expiry")).toBe(Date.UTC(2120, 0, 1) / 1000);
    expect([reasonsOf(bad), reasonsOf(plain)]).toEqual([["down tls_expired"], ["down tls_handshake"]]);
  });

  it("is unknown when a file of its own settings is missing", async () => {
    const port = await serveSockets(quiet, {}, identities.good);

    const result = await runWebsocketProbe(port, { tls: { ca: "/nowhere/ca.pem" } }, "wss");

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["unknown", "unknown file_missing"]);
  });

  it("grades a slow run, and is down when nobody listens", async () => {
    const slow = await probeSockets(quiet, { slower_than: { critical: "0s" } });

    expect([slow.verdict, ...reasonsOf(slow)]).toEqual(["up", "flaw slow"]);
    expect(reasonsOf(await runWebsocketProbe(1))).toEqual(["down refused"]);
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
