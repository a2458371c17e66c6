import { describe, expect, it } from "vitest";
import { runInto } from "../../../test/contract/hostile/hostile-run.ts";
import { plainSpeakers } from "../../../test/contract/hostile/speakers.ts";
import type { Fault } from "../../../test/support/fault-server/fault-server.ts";

/** One frame as it travels. @see RFC 9113 §4.1 */
function frame(type: number, flags: number, stream: number, payload: readonly number[] = []): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Buffer.from(payload)]);
}

const [data, headers, reset, settings, ping, goaway, continuation] = [0, 1, 3, 4, 6, 7, 9];
const hello = frame(settings, 0, 0);
/** `:status: 200` of the static table. */
const status200 = 0x88;

/** Sends these after the other end has begun, and after its question has come. */
function sends(...frames: readonly Buffer[]): Fault {
  return ({ socket }) => void socket.once("data", () => setImmediate(() => socket.write(Buffer.concat(frames))));
}

/** Sends the same without end. */
function pours(start: Buffer, again: Buffer): Fault {
  return ({ socket }) => {
    const block = Buffer.concat(Array.from({ length: 2000 }, () => again));
    const more = (): void => {
      while (socket.writable) if (!socket.write(block)) return void socket.once("drain", more);
    };
    socket.once("data", () => {
      socket.write(Buffer.concat([hello, start]));
      more();
    });
  };
}

describe("probes/grpc against hostile frames", () => {
  it.each<readonly [string, Fault, RegExp]>([
    ["goes away at once", sends(hello, frame(goaway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 11])), /^down (?:reset|protocol)$/],
    ["resets the stream", sends(hello, frame(reset, 0, 1, [0, 0, 0, 7])), /^down protocol$/],
    ["sends data before headers", sends(hello, frame(data, 1, 1, [0, 0, 0, 0, 0])), /^down (?:reset|protocol)$/],
    ["announces a frame of 16 MB", sends(hello, Buffer.from("ffffff000000000001", "hex")), /^down protocol$/],
    ["breaks its header block", sends(hello, frame(headers, 4, 1, [0xff, 0xff, 0xff, 0xff, 0xff])), /^down protocol$/],
    ["floods with settings", pours(Buffer.alloc(0), hello), /^down (?:reset|protocol)$/],
    [
      "floods with pings",
      pours(Buffer.alloc(0), frame(ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])),
      /^down (?:reset|protocol)$/,
    ],
    [
      "goes on with headers for ever",
      pours(frame(headers, 0, 1, [status200]), frame(continuation, 0, 1, [0x10, 1, 97, 1, 98])),
      /^down (?:reset|protocol)$/,
    ],
  ])("F37 is down when the server %s", async (_, fault, told) => {
    expect((await runInto(plainSpeakers.grpc, fault, { onConnection: true })).told).toMatch(told);
  });
});
