import { z } from "zod";
import { defineRule, type FiringSeverity, type Judgement, type OptionFault } from "../../../core/alerting/rule-kind.ts";
import { aggregates, type Series } from "../../../core/checks/series.ts";
import type { Labels } from "../../../core/labels.ts";
import { severities } from "../../../core/severity.ts";
import { unitOfMetric, type ValueForm } from "../../../core/value-form.ts";
import { judgeLimits, limitFaults, limitSeverities, limitShape, unitOfLimits } from "../limits.ts";
import { completedWindow, matchersSchema, metricSchema, windowSchema } from "../selection.ts";
import { type KeepsLabel, rememberedKeys } from "../series-key.ts";

const labelSchema = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "must be the name of a label");

const optionsSchema = z.object({
  of: metricSchema.describe("Metric above the line."),
  to: metricSchema.describe("Metric below the line."),
  matchers: matchersSchema.default([]).describe("Which series of both metrics."),
  of_matchers: matchersSchema.default([]).describe("Which series of the metric above the line, besides."),
  to_matchers: matchersSchema.default([]).describe("Which series of the metric below the line, besides."),
  on: z.array(labelSchema).min(1).optional().describe("Both sides are summed to these labels and joined by them."),
  without: z
    .array(labelSchema)
    .min(1)
    .optional()
    .describe("Both sides are summed over these labels and joined by all others."),
  window: windowSchema.prefault("5m").describe("How far back the aggregate looks, in whole minutes."),
  aggregate: z.enum(aggregates).default("avg").describe("How a window becomes one value; increase is for counters."),
  to_combine: z
    .enum(["sum", "count"])
    .default("sum")
    .describe("What stands below the line: the sum of the series that are joined, or their number."),
  complement: z.boolean().default(false).describe("Judges the rest, 1 - of / to: what is used where `of` is free."),
  min_volume: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "Below the line must be at least this much, and more than nothing; with less the condition does not hold.",
    ),
  ...limitShape,
});

type RatioOptions = z.output<typeof optionsSchema>;
type Sum = { readonly labels: Labels; sum: number; count: number };

/** Compares the ratio of two metrics, joined by their labels, with thresholds; never divides by nothing. */
export const ratio = defineRule<RatioOptions>({
  kind: "ratio",
  options: optionsSchema,
  tunable: ["above", "below", "recover", "min_volume"],
  faults: (options) => [...joinFaults(options), ...limitFaults(options, "ratio")],
  severities: limitSeverities,
  form: formOf,
  needs(options, nowMs) {
    const { aggregate } = options;
    const window = completedWindow(nowMs, options.window);
    return [
      { metric: options.of, matchers: [...options.matchers, ...options.of_matchers], aggregate, ...window },
      { metric: options.to, matchers: [...options.matchers, ...options.to_matchers], aggregate, ...window },
    ];
  },
  judge(options, [of = [], to = []], firing) {
    const keeps = keptLabel(options);
    const keyOf = rememberedKeys(keeps);
    const above = summed(of, keyOf);
    return [...summed(to, keyOf)].flatMap(([key, { labels, ...below }]) => {
      const joined: Sum = { ...below, labels: keeps === undefined ? labels : labelsKept(labels, keeps) };
      return judged(options, above.get(key), joined, firing);
    });
  },
});

function judged(
  options: RatioOptions,
  of: Sum | undefined,
  { labels, sum, count }: Sum,
  firing: FiringSeverity,
): readonly Judgement[] {
  const volume = options.to_combine === "count" ? count : sum;
  if (volume <= 0 || volume < options.min_volume) return [{ labels, outcome: "low_volume" }];
  // A counter that has counted nothing yet often has no series; a gauge without one is not measured.
  if (of === undefined && options.aggregate !== "increase") return [];
  const share = (of?.sum ?? 0) / volume;
  const value = options.complement ? 1 - share : share;
  return [{ labels, value, outcome: judgeLimits(options, value, labels, firing) }];
}

/** Sums what is joined; `labels` are those of the first series of each sum. */
function summed(series: readonly Series[], keyOf: (labels: Labels) => string): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { labels, points } of series) {
    const value = points.at(-1)?.[1];
    if (value === undefined || !Number.isFinite(value)) continue;
    const key = keyOf(labels);
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { labels, sum: value, count: 1 });
    else {
      known.sum += value;
      known.count += 1;
    }
  }
  return sums;
}

function keptLabel({ on, without }: RatioOptions): KeepsLabel | undefined {
  if (on !== undefined) return (name) => on.includes(name);
  return without === undefined ? undefined : (name) => !without.includes(name);
}

function labelsKept(labels: Labels, keeps: KeepsLabel): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => keeps(name)));
}

/** A share where both sides are of one kind and every limit is one; a mean, such as seconds per request, where they are not. */
function formOf({ of, to, to_combine: combine, above, below }: RatioOptions): ValueForm {
  const unit = unitOfLimits({ above, below }) ?? unitOfMetric(of);
  if (combine === "count" || unit !== unitOfMetric(to)) return unit === undefined ? {} : { unit };
  const limits = severities.flatMap((severity) => [above?.[severity] ?? 0, below?.[severity] ?? 0]);
  return limits.every((limit) => limit <= 1) ? { unit: "percent" } : {};
}

function joinFaults({ on, without }: RatioOptions): OptionFault[] {
  if (on === undefined || without === undefined) return [];
  return [{ path: ["without"], message: "a ratio is joined by `on` or by `without`, not by both" }];
}
