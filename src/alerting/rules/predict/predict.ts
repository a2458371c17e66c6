import { z } from "zod";
import { defineRule, type FiringSeverity, type Judgement, type OptionFault } from "../../../core/alerting/rule-kind.ts";
import type { Series } from "../../../core/checks/series.ts";
import { type Severity, severities } from "../../../core/severity.ts";
import { durationSchema } from "../../../core/time/duration.ts";
import { amountSchema, isOrdered, perSeverity } from "../limits.ts";
import { completedWindow, dayMs, matchersSchema, metricSchema, minuteMs, windowSchema } from "../selection.ts";
import { rememberedKeys } from "../series-key.ts";
import { secondsUntil } from "./trend.ts";

/** A window becomes so many points, however long it is: the cost of a series is bounded. */
const pointsPerWindow = 36;
const spanSchema = durationSchema({ minMs: minuteMs, maxMs: 365 * dayMs });

const optionsSchema = z.object({
  metric: metricSchema.describe("Metric whose course is followed; a gauge."),
  matchers: matchersSchema.default([]).describe("Which series of it."),
  window: windowSchema.prefault("6h").describe("How much of the past the line is drawn through."),
  reaches: amountSchema.default(0).describe("Value that it must not reach."),
  within: perSeverity(spanSchema, "warning: 24h").describe("Per severity: holds when it gets there within so long."),
  recover: spanSchema
    .optional()
    .describe("What fires goes on until there is more time than this left; a quarter more than the mildest `within`."),
  share_of: metricSchema.optional().describe("Metric with the same labels that is the whole, for `share_below`."),
  share_below: perSeverity(amountSchema, "warning: 40%")
    .optional()
    .describe("Per severity: holds only while the newest value is a smaller share of the whole."),
});

type PredictOptions = z.output<typeof optionsSchema>;

/** Draws a line through the past of each series and says when it reaches a value: a disk that is full in so many hours. */
export const predict = defineRule<PredictOptions>({
  kind: "predict",
  options: optionsSchema,
  tunable: ["within", "recover", "share_below"],
  faults,
  severities: ({ within }) => severities.filter((severity) => within[severity] !== undefined),
  form: () => ({ unit: "seconds", isAhead: true }),
  needs({ metric, matchers, window, share_of: whole }, nowMs) {
    const stepMs = Math.max(minuteMs, Math.ceil(window / pointsPerWindow / minuteMs) * minuteMs);
    const course = { metric, matchers, aggregate: "avg" as const, ...completedWindow(nowMs, window), stepMs };
    if (whole === undefined) return [course];
    return [course, { metric: whole, matchers, aggregate: "last", ...completedWindow(nowMs, 5 * minuteMs) }];
  },
  judge(options, [courses = [], wholes = []], firing) {
    if (options.share_of === undefined) return courses.map((course) => judged(options, course, undefined, firing));
    const keyOf = rememberedKeys();
    const wholeOf = new Map(wholes.map(({ labels, points }) => [keyOf(labels), points.at(-1)?.[1]]));
    return courses.map((course) => judged(options, course, wholeOf.get(keyOf(course.labels)), firing));
  },
});

function judged(
  options: PredictOptions,
  { labels, points }: Series,
  whole: number | undefined,
  firing: FiringSeverity,
): Judgement {
  const newest = points.at(-1)?.[1];
  if (newest === undefined) return { labels, outcome: "no_data" };
  const leftS = secondsUntil(points, options.reaches, options.window);
  if (leftS === undefined) return { labels, outcome: "no_reference" };
  if (leftS === Number.POSITIVE_INFINITY) return { labels, outcome: "ok" };
  if (options.share_of !== undefined && (whole === undefined || whole <= 0))
    return { labels, value: leftS, outcome: "no_reference" };
  const share = whole === undefined ? 0 : newest / whole;
  return { labels, value: leftS, outcome: outcomeOf(options, leftS, share, firing(labels) !== undefined) };
}

function outcomeOf(options: PredictOptions, leftS: number, share: number, isFiring: boolean): Severity | "ok" {
  const { within, share_below: shares } = options;
  const isShort = (severity: Severity): boolean => share < (shares?.[severity] ?? Number.POSITIVE_INFINITY);
  const reached = severities.findLast((severity) => {
    const spanMs = within[severity];
    return spanMs !== undefined && leftS * 1000 <= spanMs && isShort(severity);
  });
  if (reached !== undefined) return reached;
  const mildest = severities.find((severity) => within[severity] !== undefined);
  if (mildest === undefined || !isFiring || leftS * 1000 > recoverMs(options)) return "ok";
  return mildest;
}

function recoverMs({ within, recover }: PredictOptions): number {
  return recover ?? 1.25 * Math.max(...severities.map((severity) => within[severity] ?? 0));
}

function faults({ within, recover, share_of: whole, share_below: shares }: PredictOptions): OptionFault[] {
  const found: OptionFault[] = [];
  if (!isOrdered(within, -1))
    found.push({ path: ["within"], message: "graver severities need shorter times: info > warning > critical" });
  const longestMs = Math.max(...severities.map((severity) => within[severity] ?? 0));
  if (recover !== undefined && recover < longestMs)
    found.push({ path: ["recover"], message: "recover must not be shorter than the longest time of `within`" });
  if (shares !== undefined && whole === undefined)
    found.push({ path: ["share_below"], message: "share_below needs share_of, the metric that is the whole" });
  if (shares === undefined && whole !== undefined)
    found.push({ path: ["share_of"], message: "share_of has no effect without share_below" });
  return found;
}
