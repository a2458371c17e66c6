import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { type Fault, serveFault } from "../../../test/support/fault-server/fault-server.ts";
import {
  closeSockets,
  probeSocketFault,
  probeSockets,
  runWebsocketProbe,
  serveSockets,
} from "../../../test/support/servers/socket-servers.ts";
import { reasonsOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { encodeFrame } from "./frames.ts";
import { websocket } from "./websocket.ts";

type Options = Readonly<Record<string, unknown>>;

afterEach(closeSockets);

describe("probes/websocket against a server that does not keep the rules", () => {
  /** Accepts as it should, then writes these bytes. */
  async function probeBytes(
    bytes: readonly number[],
    options: Options = { dialogue: [{ expect: "x" }] },
  ): Promise<Result> {
    const port = await serveSockets((_, request) => void request.socket.end(Uint8Array.from(bytes)));
    return runWebsocketProbe(port, options);
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
    const result = await probeSocketFault(fault);

    expect(reasonsOf(result)).toEqual([reason]);
    expect(result.headline?.detail).toContain(detail);
  });

  it.each(["permessage-deflate", "permessage-deflate; server_max_window_bits=99999", "x-invented; a=1"])(
    "F36 is down for a server that turns on %s, which nobody asked for",
    async (extension) => {
      const result = await probeSocketFault(({ head, socket }) => {
        const key = /^sec-websocket-key: (.+)$/im.exec(head)?.[1]?.trim() ?? "";
        const proof = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
        const lines = [
          "HTTP/1.1 101 OK",
          "upgrade: websocket",
          "connection: upgrade",
          `sec-websocket-accept: ${proof}`,
        ];
        socket.end([...lines, `sec-websocket-extensions: ${extension}`, "", ""].join("\r\n"));
      });

      expect(reasonsOf(result)).toEqual(["down protocol"]);
      expect(result.headline?.detail).toContain("chose an extension that nobody asked for");
    },
  );

  it("F22 F36 reads an endless stream of messages no further than its budget", async () => {
    const result = await probeSockets(
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
    const silent = await serveSockets((socket) => void socket.on("message", () => greeted()));
    const waiting = startNetworkRun(websocket, `ws://127.0.0.1:${silent}/`, {
      dialogue: [{ send: "hello" }, { expect: "never" }],
    });
    await met;
    const mute = await serveFault(({ stalled }) => stalled());
    const unanswered = startNetworkRun(websocket, `ws://127.0.0.1:${mute.port}/`);
    await mute.stalled;
    unanswered.cancel();
    const { result } = await unanswered.outcome;
    waiting.cancel();
    await mute.close();

    expect(result.headline?.reason).toBe("ttfb_timeout");
    const { headline } = (await waiting.outcome).result;
    expect(headline?.reason).toBe("timeout");
    expect(headline?.detail).toMatch(/^step (?:1|2, waiting for a message that matches never): not finished within/);
  });
});
