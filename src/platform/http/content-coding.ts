import { addAbortSignal, type Transform } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { messageOf } from "../../core/errors.ts";
import { headerOf } from "../../core/http/header-of.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";

type Unpacker = (bytes: Uint8Array, chunk: Readonly<{ chunkSize: number }>) => Transform;

const leastChunkBytes = 16 * 1024;

/** Each chunk of output costs a way through the thread pool, which a busy machine makes long: a bomb of 8 MiB took 500 of Node's 16 KiB. */
function chunkOf({ length }: Uint8Array): Readonly<{ chunkSize: number }> {
  return { chunkSize: Math.min(leastChunkBytes * 16, Math.max(leastChunkBytes, length * 4)) };
}

const gunzip: Unpacker = (_, chunk) => createGunzip(chunk);

const unpackers: ReadonlyMap<string, Unpacker> = new Map<string, Unpacker>([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  // Many servers send raw deflate under this name; the zlib form has 8 in the low half of its first byte.
  ["deflate", ([first = 0], chunk) => ((first & 0x0f) === 8 ? createInflate(chunk) : createInflateRaw(chunk))],
  [
    "br",
    (_, chunk) => createBrotliDecompress({ ...chunk, params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 0 } }),
  ],
]);

/** True where the body has a content coding: without one there is nothing to wait for. */
export function isCoded({ headers }: HttpResponse): boolean {
  return headerOf(headers, "content-encoding") !== undefined;
}

/** Undoes the one content coding a body may have, up to `limitBytes` of output; an unknown coding leaves the bytes as they are. Ends with `signal`: bombs that came faster than they are unpacked would fill the memory. */
export async function decodeContent(
  response: HttpResponse,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Readonly<{ response: HttpResponse; finding?: Finding }>> {
  const codings = (headerOf(response.headers, "content-encoding") ?? "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length > 1) {
    return failed(response, "protocol", `${codings.length} content codings on top of each other; one is accepted`);
  }
  const [coding = ""] = codings;
  const unpacker = unpackers.get(coding);
  if (unpacker === undefined || response.body.length === 0) return { response };
  if (response.cut) return failed(response, "body_too_large", `the compressed body is larger than ${limitBytes} bytes`);
  const stream = addAbortSignal(signal, unpacker(response.body, chunkOf(response.body)));
  try {
    const body = await unpacked(stream, response.body, limitBytes);
    if (body !== undefined) return { response: { ...response, body } };
    return failed(response, "body_too_large", `the body unpacks to more than ${limitBytes} bytes`);
  } catch (error) {
    if (signal.aborted) return failed(response, "body_timeout", "the body was not unpacked in time");
    return failed(response, "protocol", `the body is not ${coding} as its header says: ${messageOf(error)}`);
  }
}

/** What comes of the bytes; undefined where it is larger than the limit. @throws {Error} for what is not packed so, and when the stream is ended. */
async function unpacked(stream: Transform, bytes: Uint8Array, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let lengthBytes = 0;
  stream.end(bytes);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    lengthBytes += chunk.length;
    if (lengthBytes > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, lengthBytes);
}

function failed(
  response: HttpResponse,
  reason: Reason,
  detail: string,
): Readonly<{ response: HttpResponse; finding: Finding }> {
  return {
    response: { ...response, body: new Uint8Array(0) },
    finding: { is: "down", reason, phase: "transfer", detail },
  };
}
