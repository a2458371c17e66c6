import type { IncomingHttpHeaders } from "node:http2";

const frameHeadBytes = 5;

/** Puts a message into its frame, uncompressed. */
export function writeFrame(message: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(frameHeadBytes + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, frameHeadBytes);
  return frame;
}

/** Takes the one message out of its frame; undefined when there is not exactly one, or it is compressed, which nobody asked for. */
export function readFrame(bytes: Buffer): Uint8Array | undefined {
  if (bytes.length < frameHeadBytes || bytes[0] !== 0) return undefined;
  return bytes.readUInt32BE(1) === bytes.length - frameHeadBytes ? bytes.subarray(frameHeadBytes) : undefined;
}

/** What an HTTP status without one of gRPC stands for. @see https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
const fromHttp: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};
const unknownStatus = 2;

/** The status of an answer, and what it says about it. */
export function statusOf(
  headers: IncomingHttpHeaders,
  trailers: IncomingHttpHeaders,
): Readonly<{ status: number; detail: string }> {
  const said = textOf(trailers["grpc-status"]) ?? textOf(headers["grpc-status"]);
  if (said !== undefined && /^\d{1,3}$/.test(said)) {
    return {
      status: Number(said),
      detail: decoded(textOf(trailers["grpc-message"]) ?? textOf(headers["grpc-message"])),
    };
  }
  const http = Number(headers[":status"]);
  return { status: fromHttp[http] ?? unknownStatus, detail: `HTTP status ${http} without one of gRPC` };
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

function decoded(text = ""): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
