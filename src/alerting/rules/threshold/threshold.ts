import { z } from "zod";
import { defineRule, type FiringSeverity, type Judgement, type OptionFault } from "../../../core/alerting/rule-kind.ts";
import { aggregates, type Series } from "../../../core/checks/series.ts";
import { durationSchema } from "../../../core/time/duration.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { ValueForm } from "../../../core/value-form.ts";
import { judgeLimits, limitFaults, limitSeverities, limitShape, unitOfLimits } from "../limits.ts";
import {
  additive,
  completedWindow,
  dayMs,
  formOfAggregate,
  matchersSchema,
  metricSchema,
  windowSchema,
} from "../selection.ts";

const optionsSchema = z.object({
  metric: metricSchema.describe("Name of the metric in the series store."),
  matchers: matchersSchema.default([]).describe("Which series of the metric, as in routes."),
  window: windowSchema.prefault("5m").describe("How far back the aggregate looks, in whole minutes."),
  aggregate: z.enum(aggregates).default("avg").describe("How the window becomes one value; increase is for counters."),
  per: durationSchema({ minMs: 1000, maxMs: dayMs })
    .optional()
    .describe("Makes sum, count and increase a rate: so much per 1s, 1m …"),
  read_as: z
    .enum(["value", "time_until", "time_since"])
    .default("value")
    .describe("A metric that is a point in time (Unix seconds) can be judged by the seconds until or since it."),
  ...limitShape,
});

type ThresholdOptions = z.output<typeof optionsSchema>;

/** Compares the aggregate of each series over a window with fixed thresholds, with an own way back. */
export const threshold = defineRule<ThresholdOptions>({
  kind: "threshold",
  options: optionsSchema,
  tunable: ["above", "below", "recover"],
  faults: (options) => [...perFaults(options), ...limitFaults(options, "threshold")],
  severities: limitSeverities,
  form: formOf,
  needs: ({ metric, matchers, window, aggregate }, nowMs) => [
    { metric, matchers, aggregate, ...completedWindow(nowMs, window) },
  ],
  judge: (options, [series = []], firing, nowMs) => series.map((one) => judged(options, one, firing, nowMs)),
});

function judged(
  options: ThresholdOptions,
  { labels, points }: Series,
  firing: FiringSeverity,
  nowMs: EpochMs,
): Judgement {
  const raw = points.at(-1)?.[1];
  if (raw === undefined || Number.isNaN(raw)) return { labels, outcome: "no_data" };
  const value = valueOf(options, raw, nowMs);
  return { labels, value, outcome: judgeLimits(options, value, labels, firing) };
}

function valueOf({ read_as: readAs, per, window }: ThresholdOptions, raw: number, nowMs: EpochMs): number {
  if (readAs === "time_until") return raw - nowMs / 1000;
  if (readAs === "time_since") return nowMs / 1000 - raw;
  return per === undefined ? raw : (raw * per) / completedWindow(nowMs, window).stepMs;
}

function formOf({ metric, aggregate, window, per, read_as: readAs, above, below }: ThresholdOptions): ValueForm {
  if (readAs !== "value") return { unit: "seconds", ...(readAs === "time_until" ? { isAhead: true } : {}) };
  const unit = unitOfLimits({ above, below });
  return { ...formOfAggregate(metric, aggregate, per ?? window), ...(unit === undefined ? {} : { unit }) };
}

function perFaults({ per, aggregate }: ThresholdOptions): OptionFault[] {
  if (per === undefined || additive.has(aggregate)) return [];
  return [
    { path: ["per"], message: `per goes with sum, count and increase; ${aggregate} does not grow with the window` },
  ];
}
