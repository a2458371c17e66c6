import type { Finding } from "../../core/checks/finding.ts";
import type { Sample } from "../../core/checks/metric.ts";
import { hasStatus } from "../../core/http/status-schema.ts";
import { duplicateName, type JsonRead, readJson } from "../../core/jsonpath/read-json.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { type HealthOptions, healthSchema } from "./health-schema.ts";
import { judgeHealth } from "./judge-health.ts";
import { judgeSeries } from "./judge-series.ts";
import { judgeValues } from "./judge-values.ts";
import { answerSamples, healthSamples, valueSamples } from "./metrics.ts";
import type { JsonOptions } from "./options.ts";
import { stateOf } from "./read-health.ts";

const longestWord = 50;
const plainHealth = healthSchema.parse({});

type Judged = Readonly<{ findings: readonly Finding[]; samples: readonly Sample[] }>;

/** Judges an answer: a health document explains a bad status, any other answer must have a good one. */
export function judgeAnswer(
  options: JsonOptions,
  response: HttpResponse,
  { text, nowMs }: Readonly<{ text: string; nowMs: number }>,
): Judged {
  const samples = answerSamples(response.status, response.body.length);
  const bad = hasStatus(options.status, response.status) ? undefined : badStatus(response);
  if (response.cut) return { findings: bad === undefined ? [tooLarge(options)] : [bad], samples };
  const isHealth = Object.keys(options.values).length + Object.keys(options.series).length === 0;
  const healthOptions = options.health ?? (isHealth ? plainHealth : undefined);
  const read = readDocument(text, healthOptions);
  if (!read.ok) return { findings: [bad ?? down(`the document ${read.problem}`)], samples };
  const health = healthOptions && judgeHealth(read.document, healthOptions);
  const isExplained = health?.state === "down" || health?.state === "degraded";
  if (bad !== undefined && !isExplained) return { findings: [bad], samples };
  const values = judgeValues(read.document, options.values, nowMs);
  const series = judgeSeries(read.document, options.series, options.max_series);
  return {
    findings: [...(health?.findings ?? []), ...values.findings, ...series.findings, ...twice(text)],
    samples: [
      ...samples,
      ...(health ? healthSamples(health) : []),
      ...valueSamples(options, values),
      ...series.samples,
    ],
  };
}

/** ASP.NET and many others answer with the word alone. */
function readDocument(text: string, health: HealthOptions | undefined): JsonRead {
  const read = readJson(text);
  const word = text.trim();
  const isWord = word.length <= longestWord && health !== undefined && stateOf(word, health.words) !== undefined;
  return !read.ok && isWord ? { ok: true, document: word } : read;
}

function twice(text: string): readonly Finding[] {
  const name = duplicateName(text);
  if (name === undefined) return [];
  const detail = `an object names ${escapeControls(JSON.stringify(name.slice(0, 100)))} twice; the last one counts`;
  return [{ is: "flaw", severity: "info", reason: "content_mismatch", detail }];
}

function badStatus({ status, statusText }: HttpResponse): Finding {
  return {
    is: "down",
    reason: "status",
    detail: `answered ${`${status} ${escapeControls(statusText).slice(0, 100)}`.trim()}`,
  };
}

function tooLarge({ body_limit: limit }: JsonOptions): Finding {
  return {
    is: "down",
    reason: "body_too_large",
    phase: "transfer",
    detail: `the document is longer than ${limit} bytes and was not read to its end`,
  };
}

function down(detail: string): Finding {
  return { is: "down", reason: "json", phase: "transfer", detail };
}
