import type { Finding } from "../checks/finding.ts";
import type { Phase } from "../checks/phases.ts";
import type { ProbeIo } from "../checks/probe.ts";
import type { HttpExchange, HttpExchangeRequest, HttpHeader } from "../ports/http-probing.ts";
import type { Resolution, ResolvedAddress } from "../ports/resolver.ts";
import { trustOf } from "../tls/tls-options.ts";
import { bareHost, displayOf, portOf } from "./address.ts";
import { CookieJar } from "./cookies.ts";
import { ofProxy, proxyRefusal } from "./proxy-failure.ts";
import { type Hop, isRedirect, nextHop } from "./redirect.ts";
import { basic, requestHeaders } from "./request-headers.ts";
import type { RequestOptions } from "./request-options.ts";

const headerLimitBytes = 64 * 1024;

/** How to ask. */
export type VisitPlan = Readonly<{
  options: RequestOptions;
  /** Headers of every request, which the check's own may replace. */
  further: readonly HttpHeader[];
  bodyLimitBytes: number;
  followRedirects: boolean;
  maxRedirects: number;
  /** Dial this `ip:port` for the first address's host (its port for the first origin only). */
  connectTo?: string;
  /** Wherever this host is asked, dial this of its addresses. */
  pin?: Readonly<{ host: string; address: string }>;
  /** The proxy's 407 is the answer that is asked for, and no refusal. */
  wantsRefusal?: boolean;
  /** Cookies that are there already; absent: none. */
  cookies?: CookieJar;
  /** Picks the addresses that may be dialled, or says why none may; not asked for proxies and fixed addresses. */
  admit?(addresses: readonly ResolvedAddress[]): Resolution;
}>;

/** What a visit is given to reach the network, and to tell how far it is. */
export type VisitScene = Readonly<{
  io: Pick<ProbeIo, "resolver" | "http">;
  signal: AbortSignal;
  phase(name: Phase): void;
  note(line: string): void;
}>;

/** What came of a visit. */
export type Visited = Readonly<{
  /** Says why the requests ended before there was an answer to judge. */
  finding?: Finding;
  /** Addresses asked, in order. */
  urls: readonly URL[];
  /** Every address that a name led to. */
  addresses: readonly string[];
  /** The last exchange; empty when it was not reached. */
  last: HttpExchange;
  redirects: number;
}>;

/** Asks an address and follows its redirects, each over a fresh connection; never throws for an expected failure. */
export async function visit(first: Hop, plan: VisitPlan, scene: VisitScene): Promise<Visited> {
  const way = new Way(first, plan, scene);
  const finding = await way.follow();
  const { urls, addresses, last, redirects } = way;
  return { urls, addresses, last, redirects, ...(finding && { finding }) };
}

class Way {
  readonly urls: URL[] = [];
  readonly addresses: string[] = [];
  last: HttpExchange = {};
  redirects = 0;
  readonly #first: Hop;
  readonly #plan: VisitPlan;
  readonly #scene: VisitScene;
  readonly #cookies: CookieJar;

  constructor(first: Hop, plan: VisitPlan, scene: VisitScene) {
    this.#first = first;
    this.#plan = plan;
    this.#scene = scene;
    this.#cookies = plan.cookies ?? new CookieJar();
  }

  async follow(): Promise<Finding | undefined> {
    const { followRedirects, maxRedirects } = this.#plan;
    let hop = this.#first;
    while (true) {
      const finding = await this.#ask(hop);
      const { response } = this.last;
      if (finding !== undefined || response === undefined) return finding;
      this.#cookies.take(hop.url, response.headers);
      if (!followRedirects) {
        if (isRedirect(response)) this.redirects = 1;
        return undefined;
      }
      const next = nextHop(hop, response);
      if ("end" in next) return undefined;
      this.redirects += 1;
      if ("finding" in next) return next.finding;
      if (this.redirects > maxRedirects) return tooMany(maxRedirects, next.hop.url);
      this.#scene.note(`${response.status} leads to ${displayOf(next.hop.url)}`);
      hop = next.hop;
    }
  }

  async #ask(hop: Hop): Promise<Finding | undefined> {
    const { options, further, bodyLimitBytes } = this.#plan;
    this.urls.push(hop.url);
    this.last = {};
    const way = this.#way(hop);
    const resolution = await this.#resolve(way);
    if (!resolution.ok) return way.proxy === undefined ? resolution.finding : ofProxy(way.proxy, resolution.finding);
    for (const { address } of resolution.addresses) {
      if (!this.addresses.includes(address)) this.addresses.push(address);
    }
    const request: HttpExchangeRequest = {
      url: hop.url,
      method: hop.method,
      headers: requestHeaders(options, further, hop, this.#cookies),
      ...(hop.body === undefined ? {} : { body: hop.body }),
      addresses: resolution.addresses,
      port: way.port,
      ...(way.proxy && { proxy: way.proxy }),
      // Our own certificate goes where the check's headers may go.
      trust: trustOf(options.tls, hop.ownHeaders),
      serverName: (hop.ownHeaders ? options.tls.server_name : undefined) ?? bareHost(hop.url.hostname),
      headerLimitBytes,
      bodyLimitBytes,
      phase: this.#scene.phase,
    };
    this.last = await this.#scene.io.http.exchange(request, this.#scene.signal);
    return this.#refusal(request) ?? this.last.finding;
  }

  /** Through a tunnel every answer is the server's own. */
  #refusal(request: HttpExchangeRequest): Finding | undefined {
    if (this.#plan.wantsRefusal === true || request.url.protocol !== "http:") return undefined;
    return proxyRefusal(request, this.last.response?.status);
  }

  async #resolve({ host, chosen }: Dialled): Promise<Resolution> {
    this.#scene.phase("resolve");
    const { io, signal } = this.#scene;
    const resolution = await io.resolver.resolve(host, this.#plan.options.family, signal);
    const { admit } = this.#plan;
    return chosen || !resolution.ok || admit === undefined ? resolution : admit(resolution.addresses);
  }

  #way({ url }: Hop): Dialled {
    const { proxy, proxy_auth: auth } = this.#plan.options;
    if (proxy !== undefined) {
      const { hostname, port } = new URL(proxy);
      const at = { host: bareHost(hostname), port: port === "" ? 80 : Number(port) };
      const authorization = auth === undefined ? {} : { authorization: basic(auth.username, auth.password.reveal()) };
      return { ...at, chosen: true, proxy: { ...at, ...authorization } };
    }
    const { connectTo: fixed, pin } = this.#plan;
    if (pin !== undefined && url.hostname === pin.host) return { host: pin.address, port: portOf(url), chosen: false };
    const target = this.#first.url;
    if (fixed === undefined || url.hostname !== target.hostname) {
      return { host: bareHost(url.hostname), port: portOf(url), chosen: false };
    }
    const colon = fixed.lastIndexOf(":");
    const port = url.origin === target.origin ? Number(fixed.slice(colon + 1)) : portOf(url);
    return { host: bareHost(fixed.slice(0, colon)), port, chosen: true };
  }
}

/** Where to dial: the proxy, the fixed address, or the URL's host; `chosen` says that the configuration named it. */
type Dialled = Readonly<{
  host: string;
  port: number;
  chosen: boolean;
  proxy?: NonNullable<HttpExchangeRequest["proxy"]>;
}>;

function tooMany(maxRedirects: number, url: URL): Finding {
  const detail = `more than ${maxRedirects} redirects; the next would be ${displayOf(url)}`;
  return { is: "down", reason: "redirects", phase: "processing", detail };
}
