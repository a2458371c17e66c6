import type { Finding } from "../../core/checks/finding.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { urlOf } from "../../core/http/address.ts";
import type { CookieJar } from "../../core/http/cookies.ts";
import { evidenceOf } from "../../core/http/evidence.ts";
import { headerOf } from "../../core/http/header-of.ts";
import type { Hop } from "../../core/http/redirect.ts";
import { type Visited, type VisitPlan, visit } from "../../core/http/visit.ts";
import { judgeTime } from "../../core/matching/slower-than.ts";
import type { HttpExchange, HttpHeader } from "../../core/ports/http-probing.ts";
import { type Decoded, decodeText } from "../../core/text/charset.ts";
import { quoteOf } from "../../core/text/visible-text.ts";
import { Stopwatch } from "../../core/time/stopwatch.ts";
import { judgeServed } from "../../core/tls/expiry.ts";
import { type BodyJudgement, judgeBody } from "./judge-body.ts";
import { judgeCel } from "./judge-cel.ts";
import { judgeHead } from "./judge-head.ts";
import { judgeJson } from "./judge-json.ts";
import { judgeModified, judgeSize } from "./judge-limits.ts";
import { httpSamples } from "./metrics.ts";
import type { HttpOptions } from "./options.ts";
import type { Trace } from "./trace.ts";

const codings = { none: undefined, gzip: "gzip", br: "br", deflate: "deflate", any: "gzip, deflate, br" } as const;

/** What a run saw. */
export type Looked = Readonly<{ observation: Observation; visited: Visited }>;

/** What else a run is told: the address of one host, the cookies of a session, the trace that it is part of. */
export type Further = Readonly<{ pin?: NonNullable<VisitPlan["pin"]>; cookies?: CookieJar; trace?: Trace | undefined }>;

/** Observes the target once: follows its redirects, each over a fresh connection, and judges the last answer. */
export async function lookHttp(
  options: HttpOptions,
  io: ProbeIo,
  context: ProbeContext,
  { trace, ...more }: Further = {},
): Promise<Looked> {
  const watch = new Stopwatch(() => io.monotonicMs());
  const enter: ProbeContext["phase"] = (phase) => {
    watch.enter(phase);
    context.phase(phase);
  };
  const plan: VisitPlan = { ...planOf(options, trace), ...more };
  const visited = await visit(firstHop(options, context), plan, {
    io,
    signal: context.signal,
    phase: enter,
    note: (line) => context.note(line),
  });
  enter("local");
  watch.enter(undefined);
  return { observation: new HttpRun(options, context, visited, watch).judge(), visited };
}

function firstHop(options: HttpOptions, context: ProbeContext): Hop {
  return {
    url: urlOf(context.target.address),
    method: options.method,
    ...(options.body === undefined ? {} : { body: options.body }),
    ownHeaders: true,
  };
}

function planOf(options: HttpOptions, trace: Trace | undefined): VisitPlan {
  const coding = codings[options.compression];
  const further: HttpHeader[] = coding === undefined ? [] : [["accept-encoding", coding]];
  return {
    options,
    further: trace === undefined ? further : [...further, ["traceparent", trace.header()]],
    bodyLimitBytes: options.body_limit,
    followRedirects: options.follow_redirects,
    maxRedirects: options.max_redirects,
    wantsRefusal: options.expect.status.some(({ from, to }) => from === 407 && to === 407),
    ...(options.connect_to !== undefined && { connectTo: options.connect_to }),
  };
}

/** Where an answer came and is wrong, what it says tells why. */
function isAboutAnswer({ is, reason }: Finding): boolean {
  return is === "down" && (reason === "status" || reason === "keyword" || reason === "json");
}

class HttpRun {
  readonly #options: HttpOptions;
  readonly #context: ProbeContext;
  readonly #visited: Visited;
  readonly #watch: Stopwatch;

  constructor(options: HttpOptions, context: ProbeContext, visited: Visited, watch: Stopwatch) {
    this.#options = options;
    this.#context = context;
    this.#visited = visited;
    this.#watch = watch;
  }

  /** Judges what was reached. */
  judge(): Observation {
    const { finding: ended, last, redirects, urls, addresses } = this.#visited;
    const { response, tls } = last;
    const { expect, certificate } = this.#options;
    const isJudged = response !== undefined && ended === undefined;
    const needed = isJudged && readsBody(expect) ? decodeBody(last) : undefined;
    const head = isJudged ? judgeHead(expect, response, this.#finalUrl()) : undefined;
    const body = needed && this.#judgeBody(needed);
    const findings: Finding[] = ended === undefined ? [] : [ended];
    if (head !== undefined) findings.push(...head.findings);
    if (body !== undefined) findings.push(...body.findings);
    if (isJudged) {
      findings.push(...judgeSize(expect, response), ...judgeModified(expect, response, this.#context.startedAtMs));
      findings.push(...judgeTime(expect.slower_than, this.#watch.elapsedMs()));
    }
    findings.push(...judgeServed({ options: certificate, tls }, ended, this.#context.startedAtMs));
    const regexFailed = head?.regexFailed === true || body?.regexFailed === true;
    const isTls = this.#finalUrl().protocol === "https:";
    const celFailed = readsCel(expect) ? body?.celFailed === true : undefined;
    const seen = { last, firstAddress: addresses[0], isTls, redirects, regexFailed, celFailed };
    const samples = httpSamples(seen, this.#watch);
    if (findings.length === 0 && needed?.disbelieved === undefined) return { findings, samples };
    const decoded = needed ?? decodeBody(last);
    const trail = { urls, addresses, last, decoded };
    const quote = findings.some(isAboutAnswer) ? quoteOf(decoded?.decodings[0]?.text ?? "") : undefined;
    return { findings, samples, evidence: evidenceOf({ ...trail, quote, matched: body?.matched ?? {} }) };
  }

  #judgeBody(decoded: Decoded): BodyJudgement & Readonly<{ celFailed: boolean }> {
    const { response } = this.#visited.last;
    const { expect } = this.#options;
    const text = readsJson(expect) || readsCel(expect) ? (decoded.decodings[0]?.text ?? "") : "";
    const judged = judgeBody(expect, decoded, response?.cut === true ? response.body.length : undefined);
    const json = judgeJson(expect, text, response?.cut === true);
    const monotonicMs = (): number => this.#watch.nowMs();
    const cel = response === undefined ? [] : judgeCel(expect, { response, text, monotonicMs });
    return { ...judged, celFailed: cel.length > 0, findings: [...judged.findings, ...json, ...cel] };
  }

  #finalUrl(): URL {
    return this.#visited.urls.at(-1) ?? urlOf(this.#context.target.address);
  }
}

/** Decoding costs more than the whole exchange on a large page, so it is done only for who looks at the text. */
function readsBody(expect: HttpOptions["expect"]): boolean {
  const texts = [expect.contains, expect.contains_any, expect.not_contains, expect.matches, expect.not_matches];
  return (
    texts.some(({ length }) => length > 0) || expect.error_pages !== "none" || readsJson(expect) || readsCel(expect)
  );
}

function readsCel({ cel, not_cel: notCel }: HttpOptions["expect"]): boolean {
  return cel.length > 0 || notCel.length > 0;
}

function readsJson({ json, json_path: paths }: HttpOptions["expect"]): boolean {
  return Object.keys(json).length > 0 || paths.length > 0;
}

function decodeBody({ response }: HttpExchange): Decoded | undefined {
  return response && decodeText(response.body, headerOf(response.headers, "content-type"), response.cut);
}
