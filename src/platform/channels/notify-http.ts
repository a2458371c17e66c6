import type { IncomingHttpHeaders } from "node:http";
import type { SecureContext } from "node:tls";
import { Agent, type Dispatcher, Pool, ProxyAgent } from "undici";
import type { NotifyAnswer, NotifyHttp, NotifyRequest } from "../../core/ports/notify-http.ts";
import { type ChannelTrust, ChannelWays } from "./channel-ways.ts";

const bodyCapBytes = 64 * 1024;
const connectTimeoutMs = 10_000;
const keepAliveTimeoutMs = 4000;
const connectionsPerOrigin = 8;

const settings = {
  connections: connectionsPerOrigin,
  pipelining: 1,
  allowH2: false,
  keepAliveTimeout: keepAliveTimeoutMs,
  headersTimeout: 0,
  bodyTimeout: 0,
} as const;

/** A proxy that gives no tunnel for so long holds no place any more; the deadline of the exchange is later. */
const tunnelTimeoutMs = 10_000;

type Kept = Readonly<{ dispatcher: Dispatcher; context: SecureContext | undefined }>;

/** Sends notifications over kept connections; the caller's signal is the only deadline of an exchange. */
export class UndiciNotifyHttp implements NotifyHttp {
  readonly #ways: ChannelWays;
  /** By proxy; the empty name is the direct way. */
  readonly #kept = new Map<string, Kept>();
  readonly #retired = new Set<Dispatcher>();

  constructor(ways = new ChannelWays()) {
    this.#ways = ways;
  }

  request(request: NotifyRequest, signal: AbortSignal): Promise<NotifyAnswer> {
    return new Promise((resolve) => {
      const exchange = new Exchange(resolve);
      const onAbort = (): void => exchange.abort();
      if (signal.aborted) return exchange.abort();
      signal.addEventListener("abort", onAbort, { once: true });
      exchange.onEnd = () => signal.removeEventListener("abort", onAbort);
      const url = URL.parse(request.url);
      if (url === null) return exchange.fail("protocol", "the address is no URL");
      void this.#dispatch(url, request, exchange);
    });
  }

  /** Closes kept connections; requests under way end as reset. */
  async close(): Promise<void> {
    const dispatchers = [...this.#kept.values()].map(({ dispatcher }) => dispatcher);
    await Promise.all([...dispatchers, ...this.#retired].map((dispatcher) => dispatcher.destroy()));
  }

  async #dispatch(url: URL, { method, headers, body, proxy: own }: NotifyRequest, exchange: Exchange): Promise<void> {
    const proxy = own ?? this.#ways.proxyTo(url);
    const isSecure = url.protocol === "https:" || proxy?.startsWith("https:") === true;
    const trust = isSecure ? await this.#ways.trust() : {};
    exchange.trustProblem = trust.problem;
    exchange.isProxied = proxy !== undefined;
    if (exchange.isDone) return;
    this.#dispatcherFor(proxy, trust).dispatch(
      { origin: url.origin, path: url.pathname + url.search, method, headers: { ...headers }, body: body ?? null },
      exchange,
    );
  }

  /** Connections that were opened under another trust take no further request. */
  #dispatcherFor(proxy: string | undefined, { context }: ChannelTrust): Dispatcher {
    const name = proxy ?? "";
    const kept = this.#kept.get(name);
    if (kept !== undefined && kept.context === context) return kept.dispatcher;
    if (kept !== undefined) this.#retire(kept.dispatcher);
    const dispatcher = dispatcherOver(proxy, context);
    this.#kept.set(name, { dispatcher, context });
    return dispatcher;
  }

  #retire(dispatcher: Dispatcher): void {
    this.#retired.add(dispatcher);
    void dispatcher.close().finally(() => this.#retired.delete(dispatcher));
  }
}

function dispatcherOver(proxy: string | undefined, secureContext: SecureContext | undefined): Dispatcher {
  const connect = { timeout: connectTimeoutMs, ...(secureContext === undefined ? {} : { secureContext }) };
  if (proxy === undefined) return new Agent({ ...settings, connect });
  const clientFactory = (origin: URL, options: object): Pool =>
    new Pool(origin, { ...options, allowH2: false, headersTimeout: tunnelTimeoutMs });
  return new ProxyAgent({ ...settings, uri: proxy, proxyTls: connect, requestTls: connect, clientFactory });
}

type Failure = Extract<NotifyAnswer, { ok: false }>["reason"];

/** One request's life: remembers whether it reached the wire, collects the answer up to the cap. */
class Exchange implements Dispatcher.DispatchHandler {
  onEnd: () => void = () => {};
  trustProblem: string | undefined;
  isProxied = false;
  readonly #resolve: (answer: NotifyAnswer) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #done = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #chunks: Buffer[] = [];
  #sizeBytes = 0;

  constructor(resolve: (answer: NotifyAnswer) => void) {
    this.#resolve = resolve;
  }

  get isDone(): boolean {
    return this.#done;
  }

  abort(): void {
    this.fail(
      "timeout",
      this.#status === 0 ? "no answer before the deadline" : "the answer did not end before the deadline",
    );
    this.#controller?.abort(new Error("deadline"));
  }

  fail(reason: Failure, detail: string): void {
    const sent = this.#controller !== undefined && reason !== "proxy";
    this.#end({ ok: false, reason, detail, sent });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#done) controller.abort(new Error("deadline"));
    else this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = {};
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk.subarray(0, bodyCapBytes - this.#sizeBytes));
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes < bodyCapBytes) return;
    this.#answer();
    controller.abort(new Error("the rest of the body is not wanted"));
  }

  onResponseEnd(): void {
    this.#answer();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { reason, detail } = failureOf(error);
    const way = this.isProxied && !detail.includes("proxy") ? " (on the way through the proxy)" : "";
    const problem = reason === "tls" && this.trustProblem !== undefined ? `; ${this.trustProblem}` : "";
    this.fail(reason, `${detail}${way}${problem}`);
  }

  #answer(): void {
    const body = new TextDecoder().decode(Buffer.concat(this.#chunks));
    this.#end({ ok: true, status: this.#status, headers: this.#headers, body });
  }

  #end(answer: NotifyAnswer): void {
    if (this.#done) return;
    this.#done = true;
    this.onEnd();
    this.#resolve(answer);
  }
}

const failureOfCode: Readonly<Record<string, Failure>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EAI_NODATA: "dns",
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  ECONNRESET: "reset",
  EPIPE: "reset",
  UND_ERR_SOCKET: "reset",
  UND_ERR_DESTROYED: "reset",
  UND_ERR_CLOSED: "reset",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_PRX_CONN: "reset",
  UND_ERR_PRX_TLS: "tls",
  EPROTO: "tls",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
  SELF_SIGNED_CERT_IN_CHAIN: "tls",
  CERT_HAS_EXPIRED: "tls",
  CERT_NOT_YET_VALID: "tls",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls",
  UNABLE_TO_GET_ISSUER_CERT: "tls",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls",
};

/** Failures that can only be the proxy's. */
const detailOfCode: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_TIMEOUT: "the proxy gave no tunnel in time",
  UND_ERR_PRX_CONN: "the proxy broke off while it made the tunnel",
  UND_ERR_PRX_TLS: "the proxy's certificate is for another name",
};

/** undici tells a proxy's answer in words alone. */
const proxyAnswerForm = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/;

/** What an answer other than a tunnel means: 401, 403 and 407 will come again, others may pass. */
function proxyFailureOf(status: number): Readonly<{ reason: Failure; detail: string }> {
  if (status === 401 || status === 407) {
    return { reason: "proxy", detail: `the proxy refuses our credentials (HTTP ${status})` };
  }
  if (status === 403) return { reason: "proxy", detail: "the proxy refuses the way to the endpoint (HTTP 403)" };
  return { reason: "refused", detail: `the proxy gives no way to the endpoint (HTTP ${status})` };
}

const codeForm = /^[A-Z][A-Z0-9_]{2,60}$/;

/** Only the error's code is told: messages of the runtime can repeat an address, and the address is a secret. */
function failureOf(error: Error): Readonly<{ reason: Failure; detail: string }> {
  const [, tunnel, forward] = proxyAnswerForm.exec(error.message) ?? [];
  const status = tunnel ?? forward;
  if (status !== undefined) return proxyFailureOf(Number(status));
  const code = codeOf(error);
  const reason = failureOfCode[code] ?? (/^(?:ERR_TLS|ERR_SSL|CERT_)/.test(code) ? "tls" : "protocol");
  return { reason, detail: detailOfCode[code] ?? code };
}

/** Happy Eyeballs reports one error per address in an AggregateError; the first one speaks. */
function codeOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  for (let each: unknown = first, depth = 0; each instanceof Error && depth < 4; each = each.cause, depth += 1) {
    const code = "code" in each ? String(each.code) : "";
    if (codeForm.test(code)) return code;
  }
  return error.name;
}
