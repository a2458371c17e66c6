import type { IncomingHttpHeaders } from "node:http";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { NotifyAnswer, NotifyHttp, NotifyRequest } from "../core/ports/notify-http.ts";

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

/** Sends notifications over kept connections; the caller's signal is the only deadline of an exchange. */
export class UndiciNotifyHttp implements NotifyHttp {
  readonly #agent = new Agent({ ...settings, connect: { timeout: connectTimeoutMs } });
  readonly #proxies = new Map<string, ProxyAgent>();

  request(request: NotifyRequest, signal: AbortSignal): Promise<NotifyAnswer> {
    return new Promise((resolve) => {
      const exchange = new Exchange(resolve);
      const onAbort = (): void => exchange.abort();
      if (signal.aborted) return exchange.abort();
      signal.addEventListener("abort", onAbort, { once: true });
      exchange.onEnd = () => signal.removeEventListener("abort", onAbort);
      const url = URL.parse(request.url);
      if (url === null) return exchange.fail("protocol", "the address is no URL");
      this.#dispatcherFor(request.proxy).dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: { ...request.headers },
          body: request.body ?? null,
        },
        exchange,
      );
    });
  }

  /** Closes kept connections; requests under way end as reset. */
  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), ...[...this.#proxies.values()].map((proxy) => proxy.destroy())]);
  }

  #dispatcherFor(proxy: string | undefined): Dispatcher {
    if (proxy === undefined) return this.#agent;
    const timeouts = { timeout: connectTimeoutMs };
    const agent =
      this.#proxies.get(proxy) ?? new ProxyAgent({ ...settings, uri: proxy, proxyTls: timeouts, requestTls: timeouts });
    this.#proxies.set(proxy, agent);
    return agent;
  }
}

type Failure = Extract<NotifyAnswer, { ok: false }>["reason"];

/** One request's life: remembers whether it reached the wire, collects the answer up to the cap. */
class Exchange implements Dispatcher.DispatchHandler {
  onEnd: () => void = () => {};
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

  abort(): void {
    this.fail(
      "timeout",
      this.#status === 0 ? "no answer before the deadline" : "the answer did not end before the deadline",
    );
    this.#controller?.abort(new Error("deadline"));
  }

  fail(reason: Failure, detail: string): void {
    this.#end({ ok: false, reason, detail, sent: this.#controller !== undefined });
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
    this.fail(reason, detail);
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
  UND_ERR_ABORTED: "refused",
  UND_ERR_INVALID_ARG: "refused",
  EPROTO: "tls",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
  SELF_SIGNED_CERT_IN_CHAIN: "tls",
  CERT_HAS_EXPIRED: "tls",
  CERT_NOT_YET_VALID: "tls",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls",
  UNABLE_TO_GET_ISSUER_CERT: "tls",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls",
};

/** What a proxy's refusals look like from here. */
const detailOfCode: Readonly<Record<string, string>> = {
  UND_ERR_ABORTED: "the proxy refuses the way to the endpoint",
  UND_ERR_INVALID_ARG: "the proxy refuses our credentials",
};

const codeForm = /^[A-Z][A-Z0-9_]{2,60}$/;

/** Only the error's code is told: messages of the runtime can repeat an address, and the address is a secret. */
function failureOf(error: Error): Readonly<{ reason: Failure; detail: string }> {
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
