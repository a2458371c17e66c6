import { promisify } from "node:util";
import { brotliDecompress, constants, gunzip, inflate, inflateRaw } from "node:zlib";
import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { messageOf } from "../../core/errors.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { codeOf } from "../net/socket-failure.ts";

type Decoder = (bytes: Uint8Array, limitBytes: number) => Promise<Uint8Array>;
type Limits = Readonly<{ maxOutputLength: number; chunkSize: number }>;

const runGunzip = promisify<Uint8Array, Limits, Buffer>(gunzip);
const runInflate = promisify<Uint8Array, Limits, Buffer>(inflate);
const runInflateRaw = promisify<Uint8Array, Limits, Buffer>(inflateRaw);
const runBrotli = promisify<Uint8Array, Limits & { params: Record<number, number> }, Buffer>(brotliDecompress);

const leastChunkBytes = 16 * 1024;
/** What is being unpacked cannot be called back: where bombs come faster than they are unpacked, what waits must not be in memory. */
const mostAtOnce = 8;
let atOnce = 0;
const waiting: (() => void)[] = [];

/** Each chunk of output costs a way through the thread pool, which a busy machine makes long: a bomb of 8 MiB took 500 of Node's 16 KiB. */
function limitsOf(bytes: Uint8Array, maxOutputLength: number): Limits {
  return { maxOutputLength, chunkSize: Math.min(leastChunkBytes * 16, Math.max(leastChunkBytes, bytes.length * 4)) };
}

const decodeGzip: Decoder = (bytes, limitBytes) => runGunzip(bytes, limitsOf(bytes, limitBytes));
const decoders: Readonly<Record<string, Decoder>> = {
  gzip: decodeGzip,
  "x-gzip": decodeGzip,
  // Many servers send raw deflate under this name; the zlib form has 8 in the low half of its first byte.
  deflate: (bytes, limitBytes) =>
    (((bytes[0] ?? 0) & 0x0f) === 8 ? runInflate : runInflateRaw)(bytes, limitsOf(bytes, limitBytes)),
  br: (bytes, limitBytes) =>
    runBrotli(bytes, {
      ...limitsOf(bytes, limitBytes),
      params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 0 },
    }),
};

/** Undoes the one content coding a body may have, up to `limitBytes` of output; an unknown coding leaves the bytes as they are. Few bodies are unpacked at once, and none any more whose run is over. */
export async function decodeContent(
  response: HttpResponse,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Readonly<{ response: HttpResponse; finding?: Finding }>> {
  const codings = response.headers
    .filter(([name]) => name === "content-encoding")
    .flatMap(([, value]) => value.split(","))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length > 1) {
    return failed(response, "protocol", `${codings.length} content codings on top of each other; one is accepted`);
  }
  const decode = decoders[codings[0] ?? ""];
  if (decode === undefined || response.body.length === 0) return { response };
  if (response.cut) return failed(response, "body_too_large", `the compressed body is larger than ${limitBytes} bytes`);
  await takeTurn();
  try {
    if (signal.aborted) return failed(response, "body_timeout", "the body was not unpacked in time");
    return { response: { ...response, body: await decode(response.body, limitBytes) } };
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") {
      return failed(response, "body_too_large", `the body unpacks to more than ${limitBytes} bytes`);
    }
    return failed(response, "protocol", `the body is not ${codings[0] ?? ""} as its header says: ${messageOf(error)}`);
  } finally {
    giveTurn();
  }
}

function takeTurn(): Promise<void> {
  atOnce += 1;
  return atOnce <= mostAtOnce ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
}

function giveTurn(): void {
  atOnce -= 1;
  waiting.shift()?.();
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
