import type { Finding } from "../../core/finding.ts";
import type { HttpExchange, HttpExchangeRequest } from "../../core/ports/http-probing.ts";
import type { Resolution } from "../../core/ports/resolver.ts";
import type { ProbeContext, ProbeIo } from "../../core/probe.ts";
import type { Observation } from "../../core/result.ts";
import { type Decoded, decodeText } from "../../core/text/charset.ts";
import { bareHost, displayOf, portOf } from "./address.ts";
import { CookieJar } from "./cookies.ts";
import { evidenceOf } from "./evidence.ts";
import { type BodyJudgement, judgeBody } from "./judge-body.ts";
import { headerOf, judgeHead } from "./judge-head.ts";
import { judgeJson } from "./judge-json.ts";
import { judgeExpiry, judgeSize, judgeTime } from "./judge-limits.ts";
import { httpSamples } from "./metrics.ts";
import type { HttpOptions } from "./options.ts";
import { type Hop, isRedirect, nextHop } from "./redirect.ts";
import { basic, requestHeaders } from "./request-headers.ts";
import { Stopwatch } from "./stopwatch.ts";

const headerLimitBytes = 64 * 1024;

/** Observes the target once: follows its redirects, each over a fresh connection, and judges the last answer. */
export async function runHttp(options: HttpOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const run = new HttpRun(options, io, context);
  const finding = await run.follow({
    url: new URL(context.target.address),
    method: options.method,
    ...(options.body === undefined ? {} : { body: options.body }),
    ownHeaders: true,
  });
  return run.judge(finding);
}

class HttpRun {
  readonly #options: HttpOptions;
  readonly #io: ProbeIo;
  readonly #context: ProbeContext;
  readonly #watch: Stopwatch;
  readonly #cookies = new CookieJar();
  readonly #urls: URL[] = [];
  readonly #addresses: string[] = [];
  #last: HttpExchange = {};
  #redirects = 0;

  constructor(options: HttpOptions, io: ProbeIo, context: ProbeContext) {
    this.#options = options;
    this.#io = io;
    this.#context = context;
    this.#watch = new Stopwatch(() => io.monotonicMs());
  }

  /** Makes the requests; a finding says why they ended before there was an answer to judge. */
  async follow(first: Hop): Promise<Finding | undefined> {
    let hop = first;
    while (true) {
      const finding = await this.#ask(hop);
      const { response } = this.#last;
      if (finding !== undefined || response === undefined) return finding;
      this.#cookies.take(hop.url, response.headers);
      if (!this.#options.follow_redirects) {
        if (isRedirect(response)) this.#redirects = 1;
        return undefined;
      }
      const next = nextHop(hop, response);
      if ("end" in next) return undefined;
      this.#redirects += 1;
      if ("finding" in next) return next.finding;
      if (this.#redirects > this.#options.max_redirects) return this.#tooMany(next.hop.url);
      this.#context.note(`${response.status} leads to ${displayOf(next.hop.url)}`);
      hop = next.hop;
    }
  }

  async #ask(hop: Hop): Promise<Finding | undefined> {
    this.#urls.push(hop.url);
    this.#last = {};
    const way = this.#way(hop);
    const resolution = await this.#resolve(way.host);
    if (!resolution.ok) return resolution.finding;
    for (const { address } of resolution.addresses) {
      if (!this.#addresses.includes(address)) this.#addresses.push(address);
    }
    const request: HttpExchangeRequest = {
      url: hop.url,
      method: hop.method,
      headers: requestHeaders(this.#options, hop, this.#cookies),
      ...(hop.body === undefined ? {} : { body: hop.body }),
      addresses: resolution.addresses,
      port: way.port,
      ...(way.proxy && { proxy: way.proxy }),
      trust: this.#trust(hop),
      serverName: (hop.ownHeaders ? this.#options.tls.server_name : undefined) ?? bareHost(hop.url.hostname),
      headerLimitBytes,
      bodyLimitBytes: this.#options.body_limit,
      phase: (phase) => this.#enter(phase),
    };
    this.#last = await this.#io.http.exchange(request, this.#context.signal);
    return this.#last.finding;
  }

  #enter(phase: Parameters<ProbeContext["phase"]>[0]): void {
    this.#watch.enter(phase);
    this.#context.phase(phase);
  }

  #resolve(host: string): Promise<Resolution> {
    this.#enter("resolve");
    return this.#io.resolver.resolve(host, this.#options.family, this.#context.signal);
  }

  /** Where to dial: the proxy, the fixed address (its port for the target's own origin only), or the URL's host. */
  #way({ url }: Hop): Readonly<{ host: string; port: number; proxy?: NonNullable<HttpExchangeRequest["proxy"]> }> {
    const { proxy, proxy_auth: auth, connect_to: fixed } = this.#options;
    if (proxy !== undefined) {
      const { hostname, port } = new URL(proxy);
      const at = { host: bareHost(hostname), port: port === "" ? 80 : Number(port) };
      const authorization = auth === undefined ? {} : { authorization: basic(auth.username, auth.password.reveal()) };
      return { ...at, proxy: { ...at, ...authorization } };
    }
    const target = this.#urls[0];
    if (fixed === undefined || url.hostname !== target?.hostname) {
      return { host: bareHost(url.hostname), port: portOf(url) };
    }
    const colon = fixed.lastIndexOf(":");
    const port = url.origin === target.origin ? Number(fixed.slice(colon + 1)) : portOf(url);
    return { host: bareHost(fixed.slice(0, colon)), port };
  }

  /** Our own certificate is a credential: it goes where the check's headers may go. */
  #trust(hop: Hop): HttpExchangeRequest["trust"] {
    const { ca, certificate, key, min_version: minVersion, verify } = this.#options.tls;
    return {
      minVersion,
      verify,
      ...(ca !== undefined && { caPath: ca }),
      ...(hop.ownHeaders && certificate !== undefined && { certificatePath: certificate }),
      ...(hop.ownHeaders && key !== undefined && { keyPath: key }),
    };
  }

  #tooMany(url: URL): Finding {
    const detail = `more than ${this.#options.max_redirects} redirects; the next would be ${displayOf(url)}`;
    return { is: "down", reason: "redirects", phase: "processing", detail };
  }

  /** Judges what was reached; `ended` is the finding that ended the requests, if one did. */
  judge(ended: Finding | undefined): Observation {
    this.#enter("local");
    this.#watch.enter(undefined);
    const { response, tls } = this.#last;
    const { expect, certificate } = this.#options;
    const isJudged = response !== undefined && ended === undefined;
    const needed = isJudged && readsBody(expect) ? decodeBody(this.#last) : undefined;
    const head = isJudged ? judgeHead(expect, response, this.#finalUrl()) : undefined;
    const body = needed && this.#judgeBody(needed);
    const findings: readonly Finding[] = [
      ...(ended === undefined ? [] : [ended]),
      ...(head?.findings ?? []),
      ...(body?.findings ?? []),
      ...(isJudged ? judgeSize(expect, response) : []),
      ...(isJudged ? judgeTime(expect, this.#watch.elapsedMs()) : []),
      ...(tls && !isAboutValidity(ended) ? judgeExpiry(certificate, tls.chain, this.#context.startedAtMs) : []),
    ];
    const regexFailed = head?.regexFailed === true || body?.regexFailed === true;
    const isTls = this.#finalUrl().protocol === "https:";
    const samples = httpSamples({ last: this.#last, isTls, redirects: this.#redirects, regexFailed }, this.#watch);
    if (findings.length === 0 && needed?.disbelieved === undefined) return { findings, samples };
    const decoded = needed ?? decodeBody(this.#last);
    const trail = { urls: this.#urls, addresses: this.#addresses, last: this.#last, decoded };
    return { findings, samples, evidence: evidenceOf({ ...trail, matched: body?.matched ?? {} }) };
  }

  #judgeBody(decoded: Decoded): BodyJudgement {
    const { response } = this.#last;
    const { expect } = this.#options;
    const judged = judgeBody(expect, decoded, response?.cut === true ? response.body.length : undefined);
    const json = judgeJson(expect.json, decoded.decodings[0]?.text ?? "", response?.cut === true);
    return { ...judged, findings: [...judged.findings, ...json] };
  }

  #finalUrl(): URL {
    return this.#urls.at(-1) ?? new URL(this.#context.target.address);
  }
}

/** Decoding costs more than the whole exchange on a large page, so it is done only for who looks at the text. */
function readsBody(expect: HttpOptions["expect"]): boolean {
  const texts = [expect.contains, expect.contains_any, expect.not_contains, expect.matches, expect.not_matches];
  return texts.some(({ length }) => length > 0) || expect.error_pages !== "none" || Object.keys(expect.json).length > 0;
}

function decodeBody({ response }: HttpExchange): Decoded | undefined {
  return response && decodeText(response.body, headerOf(response.headers, "content-type"), response.cut);
}

/** The flaw would only repeat what the outage says. */
function isAboutValidity(finding: Finding | undefined): boolean {
  return finding?.reason === "tls_expired" || finding?.reason === "tls_not_yet_valid";
}
