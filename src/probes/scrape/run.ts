import type { Finding } from "../../core/checks/finding.ts";
import type { Sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { urlOf } from "../../core/http/address.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { visit } from "../../core/http/visit.ts";
import { judgeTime } from "../../core/matching/slower-than.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import { judgeThresholds } from "./judge-thresholds.ts";
import { answerMetrics, scrapeSamples } from "./metrics.ts";
import type { ScrapeOptions } from "./options.ts";
import { type Exposed, readExposition } from "./read-exposition.ts";
import type { SeriesSelector } from "./series-selector.ts";

/** Text first: it is what every exporter has, and what is cheapest to read. */
const accept = "text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.8,*/*;q=0.1";
const maxRedirects = 5;

/** Fetches a text of metrics once, takes the series that are wanted from it, and judges those that have limits. */
export async function runScrape(options: ScrapeOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const startedMs = io.monotonicMs();
  const visited = await visit(
    { url: urlOf(context.target.address), method: "GET", ownHeaders: true },
    {
      options,
      further: [["accept", accept], ...(options.compression === "gzip" ? [["accept-encoding", "gzip"] as const] : [])],
      bodyLimitBytes: options.body_limit,
      followRedirects: true,
      maxRedirects,
    },
    { io, signal: context.signal, phase: (name) => context.phase(name), note: (line) => context.note(line) },
  );
  const tookMs = io.monotonicMs() - startedMs;
  context.phase("local");
  const { response, tls } = visited.last;
  const shown = tls === undefined ? [] : tlsSamples(tls);
  if (visited.finding !== undefined || response === undefined) {
    const finding: Finding = visited.finding ?? { is: "down", reason: "protocol", detail: "there was no answer" };
    return { findings: [finding], samples: shown };
  }
  const { findings, samples } = observe(options, response, context);
  // What the exporter says under the same names is about others.
  const ownNames = new Set(shown.map(({ metric }) => metric));
  return {
    findings: [...findings, ...judgeTime(options.slower_than, tookMs)],
    samples: [...samples.filter(({ metric }) => !ownNames.has(metric)), ...shown],
  };
}

function observe(options: ScrapeOptions, response: HttpResponse, context: ProbeContext): Observation {
  const { status, statusText, body, headers } = response;
  if (status !== 200) {
    const detail = `answered ${status} ${statusText}, expected 200`.replace(/\s+,/, ",");
    return {
      findings: [{ is: "down", reason: "status", detail }],
      samples: scrapeSamples(status, body.length, undefined),
    };
  }
  const contentType = headerOf(headers, "content-type") ?? "";
  const isOpenMetrics = /^\s*application\/openmetrics-text\b/i.test(contentType);
  const exposed = readBody(options, response, isOpenMetrics, context.startedAtMs);
  const own = scrapeSamples(status, body.length, exposed);
  const failure = failureOf(exposed, response, contentType, isOpenMetrics);
  if (failure !== undefined) return { findings: [failure], samples: own };
  const isTaken = takes(options.series);
  const isKept = takes(options.history);
  const taken = exposed.samples
    .filter((sample) => isTaken(sample) && !isOwn.has(sample.metric))
    .map((sample): Sample => (isKept(sample) ? { ...sample, isKept: true } : sample));
  const findings = [...losses(exposed, options, response.cut), ...judgeThresholds(options.thresholds, exposed.samples)];
  return { findings, samples: [...own, ...taken] };
}

/** The names of what the run says itself. */
const isOwn: ReadonlySet<string> = new Set([
  "probe_success",
  "probe_duration_seconds",
  ...answerMetrics.map(({ name }) => name),
]);

function readBody(options: ScrapeOptions, { body, cut }: HttpResponse, isOpenMetrics: boolean, nowMs: number): Exposed {
  const wanted = [...options.series, ...Object.values(options.thresholds).flatMap(({ series }) => series)];
  const text = new TextDecoder("utf-8").decode(body);
  // The last line of a text that was cut may end in the middle of a number.
  return readExposition(cut ? text.slice(0, text.lastIndexOf("\n") + 1) : text, {
    wantsName: (name) => wanted.some((selector) => selector.takesName(name)),
    wants: (name, labels) => wanted.some((selector) => selector.takesName(name) && selector.takesLabels(labels)),
    maxSeries: options.max_series,
    isOpenMetrics,
    nowMs,
  });
}

function takes(selectors: readonly SeriesSelector[]): (sample: Sample) => boolean {
  return ({ metric, labels }) =>
    selectors.some((selector) => selector.takesName(metric) && selector.takesLabels(labels));
}

/** An answer that is no exposition, or only the beginning of one. */
function failureOf(
  { read, samples, dropped, isEnded }: Exposed,
  { cut, body }: HttpResponse,
  contentType: string,
  isOpenMetrics: boolean,
): Finding | undefined {
  if (isOpenMetrics && !isEnded && !cut) {
    return { is: "down", reason: "truncated", detail: "the OpenMetrics text does not end with # EOF" };
  }
  const unread = dropped.syntax + dropped.labels + dropped.line;
  const isHtml = /^\s*text\/html\b/i.test(contentType);
  if (samples.length > 0 || (unread === 0 && !isHtml)) return undefined;
  if (unread < read + dropped.line && !isHtml) return undefined;
  const detail = `none of its ${body.length} bytes (${contentType.slice(0, 100) || "no content type"}) could be read as metrics`;
  return { is: "down", reason: "content_mismatch", detail };
}

/** What our limits left out is a warning; what the exporter wrote wrongly, for information. */
function losses(
  { dropped, samples }: Exposed,
  { max_series, body_limit }: ScrapeOptions,
  cut: boolean,
): readonly Finding[] {
  const findings: Finding[] = [];
  const flaw = (severity: "info" | "warning", reason: "body_too_large" | "content_mismatch", detail: string): void => {
    findings.push({ is: "flaw", severity, reason, detail });
  };
  if (cut) flaw("warning", "body_too_large", `the text is longer than ${body_limit} bytes; the rest was not read`);
  if (dropped.budget > 0) {
    const limit = `max_series is ${max_series}`;
    flaw(
      "warning",
      "body_too_large",
      `took ${samples.length} series and left out at least ${dropped.budget} (${limit})`,
    );
  }
  const faults = (["syntax", "labels", "line", "duplicate", "time"] as const).filter((reason) => dropped[reason] > 0);
  if (faults.length > 0) {
    const counts = faults.map((reason) => `${reason} ${dropped[reason]}`).join(", ");
    flaw("info", "content_mismatch", `some samples could not be taken: ${counts}`);
  }
  return findings;
}
