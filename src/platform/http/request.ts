import type { Socket } from "node:net";
import { Client, type Dispatcher } from "undici";
import type { Finding } from "../../core/finding.ts";
import type { HttpExchangeRequest, HttpHeader, HttpResponse } from "../../core/ports/http-probing.ts";
import { answerFinding, outOfTime } from "./answer-failure.ts";
import { spareStacks } from "./no-stacks.ts";
import { tap, type WireTap } from "./wire-tap.ts";

export type Reached = Readonly<{ response?: HttpResponse; finding?: Finding }>;

/** Sends the one request over a ready socket and collects the answer up to the body limit; the socket is closed afterwards. */
export function requestOver(socket: Socket, request: HttpExchangeRequest, signal: AbortSignal): Promise<Reached> {
  return new Promise((resolve) => new Answer(socket, request, signal, resolve).start());
}

/** One answer as it arrives. A response that breaks off keeps what came, so that evidence shows it. */
class Answer implements Dispatcher.DispatchHandler {
  readonly #socket: Socket;
  readonly #request: HttpExchangeRequest;
  readonly #signal: AbortSignal;
  readonly #resolve: (reached: Reached) => void;
  readonly #client: Client;
  readonly #wire: WireTap;
  readonly #chunks: Buffer[] = [];
  #bodyBytes = 0;
  #start: Omit<HttpResponse, "body" | "cut"> | undefined;
  #settled = false;

  constructor(socket: Socket, request: HttpExchangeRequest, signal: AbortSignal, resolve: (reached: Reached) => void) {
    this.#socket = socket;
    this.#request = request;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#wire = tap(socket);
    this.#client = new Client(request.url.origin, {
      // An answer in the same turn would be lost: undici is not ready for it yet.
      connect: (_options, callback) => queueMicrotask(() => callback(null, socket)),
      allowH2: false,
      pipelining: 1,
      maxHeaderSize: request.headerLimitBytes,
      // The caller's signal is the only deadline.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  start(): void {
    if (this.#signal.aborted) return this.#abort();
    this.#signal.addEventListener("abort", this.#abort, { once: true });
    const { url, method, headers, body, proxy } = this.#request;
    const path = `${url.pathname}${url.search}`;
    const sent: string[] = headers.flatMap(([name, value]) => [name, value]);
    const absolute = proxy !== undefined && url.protocol === "http:";
    if (absolute && proxy.authorization !== undefined) sent.push("proxy-authorization", proxy.authorization);
    this.#client.dispatch(
      {
        path: absolute ? `${url.origin}${path}` : path,
        method,
        headers: sent,
        body: body ?? null,
        reset: true,
      },
      this,
    );
  }

  onRequestStart(): void {
    // Its presence tells undici that this is a handler of the controller kind.
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _: unknown, statusText?: string): void {
    if (status < 200) return;
    // Not before the header section is complete: a server that drips headers has not answered yet.
    this.#request.phase("transfer");
    this.#start = {
      status,
      statusText: statusText ?? "",
      version: /^HTTP\/(\d\.\d)/.exec(this.#wire.head.toString("latin1"))?.[1] ?? "1.1",
      headers: headerPairs(controller.rawHeaders),
    };
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const roomBytes = this.#request.bodyLimitBytes - this.#bodyBytes;
    this.#chunks.push(chunk.length > roomBytes ? chunk.subarray(0, roomBytes) : chunk);
    this.#bodyBytes += Math.min(chunk.length, roomBytes);
    if (chunk.length > roomBytes) this.#settle(undefined, true);
  }

  onResponseEnd(): void {
    this.#settle(undefined, false);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const { receivedBytes, head } = this.#wire;
    this.#settle(
      answerFinding(error, {
        started: this.#start !== undefined,
        receivedBytes,
        head,
        ended: this.#socket.readableEnded,
      }),
      false,
    );
  }

  readonly #abort = (): void => this.#settle(outOfTime(this.#wire.receivedBytes, this.#start !== undefined), false);

  #settle(finding: Finding | undefined, cut: boolean): void {
    if (this.#settled) return;
    this.#settled = true;
    spareStacks();
    this.#signal.removeEventListener("abort", this.#abort);
    const response = this.#start && { ...this.#start, body: joined(this.#chunks), cut };
    this.#resolve({ ...(response && { response }), ...(finding && { finding }) });
    this.#socket.destroy();
    this.#client.destroy().catch(() => {});
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

function headerPairs(raw: Dispatcher.DispatchController["rawHeaders"]): readonly HttpHeader[] {
  const pairs: HttpHeader[] = [];
  if (!Array.isArray(raw)) return pairs;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    pairs.push([text(raw[index]).toLowerCase(), text(raw[index + 1])]);
  }
  return pairs;
}

function text(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString("latin1") : String(value);
}
