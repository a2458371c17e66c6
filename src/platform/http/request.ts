import type { Socket } from "node:net";
import type { Finding } from "../../core/checks/finding.ts";
import { invariant } from "../../core/errors.ts";
import type { HttpExchangeRequest, HttpHeader, HttpResponse } from "../../core/ports/http-probing.ts";
import { answerFinding, outOfTime, problemFinding } from "./answer-failure.ts";
import { AnswerParser, type AnswerState } from "./answer-parser.ts";
import { SocketReader } from "./socket-reader.ts";

export type Reached = Readonly<{ response?: HttpResponse; finding?: Finding }>;

/** Sends the one request over a ready socket and collects the answer up to the body limit; the socket is closed afterwards. */
export function requestOver(socket: Socket, request: HttpExchangeRequest, signal: AbortSignal): Promise<Reached> {
  return new Promise((resolve) => new Exchange({ socket, request, signal, resolve }).start());
}

type Given = Readonly<{
  socket: Socket;
  request: HttpExchangeRequest;
  signal: AbortSignal;
  resolve(reached: Reached): void;
}>;

/** One request and its answer as it arrives. An answer that breaks off keeps what came, so that evidence shows it. */
class Exchange {
  readonly #given: Given;
  readonly #parser: AnswerParser;
  readonly #reader: SocketReader;
  #started = false;

  constructor(given: Given) {
    this.#given = given;
    this.#parser = new AnswerParser(given.request.method, given.request);
    this.#reader = new SocketReader(given.socket, {
      data: (bytes) => this.#advance(this.#parser.push(bytes)),
      end: () => this.#advance(this.#parser.end()),
      error: (error) => this.#settle(answerFinding(error, this.#parser), false),
    });
  }

  start(): void {
    const { signal, socket, request } = this.#given;
    if (signal.aborted) return this.#abort();
    signal.addEventListener("abort", this.#abort, { once: true });
    this.#reader.start();
    socket.write(headOf(request), "latin1");
    if (request.body !== undefined) socket.write(request.body, "utf8");
  }

  #advance(state: AnswerState): void {
    if (!this.#started && this.#parser.head !== undefined) {
      // Not before the header section is complete: a server that drips headers has not answered yet.
      this.#started = true;
      this.#given.request.phase("transfer");
    }
    if (state === "more") return;
    const isProblem = state !== "done" && state !== "cut";
    this.#settle(isProblem ? problemFinding(state, this.#parser) : undefined, state === "cut");
  }

  readonly #abort = (): void => this.#settle(outOfTime(this.#parser), false);

  #settle(finding: Finding | undefined, cut: boolean): void {
    const { signal, socket, resolve } = this.#given;
    signal.removeEventListener("abort", this.#abort);
    this.#reader.stop();
    const { head } = this.#parser;
    const response = head && { ...head, body: this.#parser.body(), cut };
    resolve({ ...(response && { response }), ...(finding && { finding }) });
    socket.destroy();
  }
}

/** Methods whose request says that it has no body. @see RFC 9110 §8.6 */
const withLength: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

function headOf({ url, method, headers, body, proxy }: HttpExchangeRequest): string {
  const sent: HttpHeader[] = [...headers];
  const absolute = proxy !== undefined && url.protocol === "http:";
  if (absolute && proxy.authorization !== undefined) sent.push(["proxy-authorization", proxy.authorization]);
  if (body !== undefined || withLength.has(method)) {
    sent.push(["content-length", String(Buffer.byteLength(body ?? ""))]);
  }
  sent.push(["connection", "close"]);
  return requestHead(method, `${absolute ? url.origin : ""}${url.pathname}${url.search}`, sent);
}

/** Request line and header section as they are sent; no value can begin a line of its own. */
export function requestHead(method: string, target: string, headers: readonly HttpHeader[]): string {
  let text = `${method} ${target} HTTP/1.1\r\n`;
  for (const [name, value] of headers) {
    invariant(!/[\r\n\0]/.test(value), `the value of header ${name} holds a line end`);
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}
