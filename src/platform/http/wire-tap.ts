import type { Socket } from "node:net";

const headBytes = 64;

/** What passed a socket on its way to the HTTP parser. */
export type WireTap = {
  /** First bytes that arrived, at most 64. */
  head: Buffer;
  receivedBytes: number;
};

/**
 * Watches what is read from a socket without changing it: the parser keeps neither the version nor the first bytes,
 * which are all that tells what an answer was that is no HTTP.
 */
export function tap(socket: Socket): WireTap {
  const seen: WireTap = { head: Buffer.alloc(0), receivedBytes: 0 };
  const read = socket.read.bind(socket);
  socket.read = (sizeBytes?: number) => {
    const chunk: unknown = read(sizeBytes);
    if (!Buffer.isBuffer(chunk)) return chunk;
    if (seen.head.length < headBytes) {
      seen.head = Buffer.concat([seen.head, chunk.subarray(0, headBytes - seen.head.length)]);
    }
    seen.receivedBytes += chunk.length;
    return chunk;
  };
  return seen;
}
