import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import type { Finding } from "../../core/checks/finding.ts";
import { messageOf } from "../../core/errors.ts";
import type { GrpcCall, GrpcReply } from "../../core/ports/grpc-calls.ts";
import { isSocketFailure, socketFailure } from "../net/socket-failure.ts";
import { readFrame, statusOf, writeFrame } from "./wire-format.ts";

const mostBytes = 65_536;
const mostHeaderBytes = 16_384;

type Outcome = GrpcReply["outcome"];

/** Holds one call over a connected socket and closes the session. @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
export async function exchange(socket: Socket, call: GrpcCall, signal: AbortSignal): Promise<Outcome> {
  // HTTP/2 of Node never says a word about a socket that was closed before it came.
  if (socket.destroyed) return { finding: closed };
  const session = connect(`${call.tls === undefined ? "http" : "https"}://${call.authority}`, {
    createConnection: () => socket,
    settings: { enablePush: false, maxHeaderListSize: mostHeaderBytes },
    maxReservedRemoteStreams: 0,
  });
  // Stays for the session's life: an error after the answer must not end the process.
  session.on("error", () => {});
  try {
    return await new Promise((resolve) => new Call(session, call, signal, resolve).start());
  } finally {
    session.destroy();
  }
}

class Call {
  readonly #session: ClientHttp2Session;
  readonly #call: GrpcCall;
  readonly #signal: AbortSignal;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #chunks: Buffer[] = [];
  #sizeBytes = 0;
  #headers: IncomingHttpHeaders = {};
  #trailers: IncomingHttpHeaders = {};
  readonly #onAbort = (): void => this.#end({ finding: late });
  readonly #onError = (error: Error): void => this.#end({ finding: failureOf(error) });

  constructor(session: ClientHttp2Session, call: GrpcCall, signal: AbortSignal, resolve: (outcome: Outcome) => void) {
    this.#session = session;
    this.#call = call;
    this.#signal = signal;
    this.#resolve = resolve;
  }

  start(): void {
    if (this.#signal.aborted) return this.#onAbort();
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#session.once("error", this.#onError).once("close", () => this.#end({ finding: closed }));
    const stream = this.#session.request({
      ":method": "POST",
      ":path": this.#call.path,
      "content-type": "application/grpc",
      te: "trailers",
      ...metadataHeaders(this.#call.metadata),
    });
    this.#listen(stream);
    stream.end(writeFrame(this.#call.message));
  }

  #listen(stream: ClientHttp2Stream): void {
    stream.on("error", this.#onError);
    stream.on("response", (headers) => (this.#headers = headers));
    stream.on("trailers", (trailers) => (this.#trailers = trailers));
    stream.on("data", (chunk: Buffer) => {
      this.#sizeBytes += chunk.length;
      if (this.#sizeBytes <= mostBytes) this.#chunks.push(chunk);
      else this.#end({ finding: protocol(`the answer has more than ${mostBytes} bytes`) });
    });
    stream.on("end", () => this.#end(this.#outcome()));
    stream.on("close", () => this.#end({ finding: closed }));
  }

  #outcome(): Outcome {
    if (this.#headers[":status"] === undefined) return { finding: closed };
    const { status, detail } = statusOf(this.#headers, this.#trailers);
    if (status !== 0) return { status, detail };
    const message = readFrame(Buffer.concat(this.#chunks));
    return message === undefined
      ? { finding: protocol("the answer is no message of gRPC") }
      : { status, detail, message };
  }

  #end(outcome: Outcome): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#resolve(outcome);
  }
}

/** Names that end in `-bin` hold bytes, which travel in base64. */
function metadataHeaders(metadata: GrpcCall["metadata"]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of metadata) {
    (headers[name] ??= []).push(name.endsWith("-bin") ? Buffer.from(value).toString("base64") : value);
  }
  return headers;
}

function failureOf(error: Error): Finding {
  if (isSocketFailure(error)) return { ...socketFailure(error), phase: "processing" };
  return protocol(`this is no answer in HTTP/2: ${messageOf(error)}`);
}

function protocol(detail: string): Finding {
  return { is: "down", reason: "protocol", phase: "processing", detail };
}

const closed: Finding = {
  is: "down",
  reason: "reset",
  phase: "processing",
  detail: "the other end closed the connection before it answered",
};

const late: Finding = { is: "down", reason: "ttfb_timeout", phase: "processing", detail: "no answer came in time" };
