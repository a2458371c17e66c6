import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Fault } from "./fault-server.ts";

/** Answers with these headers and this body, and closes. */
export function answer(body: string | Uint8Array, headers: readonly string[] = [], status = "200 OK"): Fault {
  return ({ socket }) => {
    const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from(body);
    const length = headers.some((line) => /^(?:content-length|transfer-encoding)/i.test(line))
      ? []
      : [`content-length: ${bytes.length}`];
    socket.write([`HTTP/1.1 ${status}`, ...length, ...headers, "", ""].join("\r\n"));
    socket.end(bytes);
  };
}

/** Answers with a redirect to `location`. */
export function redirect(location: string, status = "302 Found"): Fault {
  return answer("", [`location: ${location}`], status);
}

/** Writes these bytes and closes. */
function raw(text: string | Uint8Array): Fault {
  return ({ socket }) => void socket.end(text);
}

/** Sends `bytes` one by one, and says after a few that nothing more is to be hoped for. */
function drip(socket: Socket, bytes: string, stalled: () => void): void {
  let sent = 0;
  const timer = setInterval(() => {
    socket.write(bytes[sent % bytes.length] ?? "x");
    sent += 1;
    if (sent === 5) stalled();
  }, 2);
  socket.once("close", () => clearInterval(timer));
}

function pour(socket: Socket, chunk: Uint8Array): void {
  while (socket.writable) {
    if (!socket.write(chunk)) {
      socket.once("drain", () => pour(socket, chunk));
      return;
    }
  }
}

const zeros = Buffer.alloc(16 * 1024 * 1024);

/** Sends the same interim answer for ever; `stalled` is called after a few. */
function interim(answer: string): Fault {
  return ({ socket, stalled }) => {
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(answer);
      sent += 1;
      if (sent === 5) stalled();
    }, 2);
    socket.once("close", () => clearInterval(timer));
  };
}

/** The faults that concern HTTP on a plain connection, by the id of the fault list. */
export const faults = {
  "F12 silent": ({ stalled }) => stalled(),
  "F12 closed": ({ socket }) => void socket.end(),
  F13: ({ socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n${"keyword ".repeat(128)}`);
    // After the first part has left: a reset overtakes what is still queued.
    setTimeout(() => socket.resetAndDestroy(), 20);
  },
  F14: ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok");
    socket.end();
  },
  F20: ({ socket, stalled }) => {
    socket.write("HTTP/1.1 200 OK\r\nx-slow: ");
    drip(socket, "a", stalled);
  },
  F21: ({ socket, stalled }) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
    drip(socket, "b", stalled);
  },
  F22: ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\nkeyword ");
    pour(socket, Buffer.alloc(64 * 1024, "x"));
  },
  "F23 gzip": answer(gzipSync(zeros), ["content-encoding: gzip"]),
  "F23 br": answer(brotliCompressSync(zeros), ["content-encoding: br"]),
  "F24 many": answer("x", [`content-encoding: ${"gzip, ".repeat(999)}gzip`]),
  "F24 unknown": answer("keyword", ["content-encoding: utf-8"]),
  "F25 loop": ({ socket, ...scene }) => redirect("/again")({ socket, ...scene }),
  "F25 empty": redirect(""),
  "F25 relative": (scene) =>
    scene.head.startsWith("GET /a/start") ? redirect("../b?c=d")(scene) : answer("arrived")(scene),
  "F25 javascript": redirect("javascript:alert(1)"),
  "F25 file": redirect("file:///etc/passwd"),
  F27: raw(`HTTP/1.1 200 OK\r\n${"x-flood: aaaaaaaaaaaaaaaaaaaa\r\n".repeat(10_000)}\r\n`),
  "F28 CL+TE": raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
  "F28 bare LF": raw("HTTP/1.1 200 OK\ncontent-length: 2\n\nok"),
  "F28 HTTP/0.9": raw("<html>keyword</html>"),
  "F28 SSH": raw("SSH-2.0-OpenSSH_9.6\r\n\u001b[31m"),
  F29: raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nkeyword"),
  "F30 early hints": interim("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
  "F30 continue": interim("HTTP/1.1 100 Continue\r\n\r\n"),
  F32: ({ socket }) => {
    const body = Buffer.from("前面加入购物车后面");
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n`);
    socket.setNoDelay(true);
    // Splits the keyword, and one of its characters.
    socket.write(body.subarray(0, 10));
    setTimeout(() => socket.end(body.subarray(10)), 5);
  },
  // A server that knows HTTP/2 only answers HTTP/1.1 with its SETTINGS and GOAWAY(PROTOCOL_ERROR).
  F37: raw(Buffer.from("0000000400000000000000080700000000000000000000000001", "hex")),
} as const satisfies Readonly<Record<string, Fault>>;
