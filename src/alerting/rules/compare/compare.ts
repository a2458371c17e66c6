import { z } from "zod";
import { defineRule, type FiringSeverity, type Judgement, type OptionFault } from "../../../core/alerting/rule-kind.ts";
import { aggregates, type Series } from "../../../core/checks/series.ts";
import type { Labels } from "../../../core/labels.ts";
import { type Severity, severities } from "../../../core/severity.ts";
import { amountSchema, perSeverity } from "../limits.ts";
import { completedWindow, dayMs, formOfAggregate, matchersSchema, metricSchema, windowSchema } from "../selection.ts";
import { seriesKey } from "../series-key.ts";
import { type Change, changeSchema, isBeyond, isGraver } from "./change.ts";

const referenceSchema = z.strictObject({
  periods: z.int().min(1).max(12).optional().describe("The windows just before this one, this many."),
  days: z.int().min(1).max(14).optional().describe("The same time of this many days before."),
  weeks: z.int().min(1).max(8).optional().describe("The same time of this many weeks before."),
  take: z.enum(["median", "avg", "min", "max"]).default("median").describe("How several become one."),
  at_least: z.int().min(1).max(14).default(1).describe("How many of them must have data."),
});

const optionsSchema = z.object({
  metric: metricSchema.describe("Metric that is compared with its own past."),
  matchers: matchersSchema.default([]).describe("Which series of it."),
  window: windowSchema.prefault("15m").describe("How much of now, and of then, becomes one value."),
  aggregate: z.enum(aggregates).default("avg").describe("How a window becomes one value; increase is for counters."),
  to: referenceSchema.describe("What it is compared with: one of periods, days and weeks."),
  change: perSeverity(changeSchema, 'warning: "< -30%"').describe(
    'Per severity, the change that is too much: "< -30%" (a fall by more than 30 %) or "> 200%" (three times as much).',
  ),
  recover: amountSchema
    .optional()
    .describe("What fires goes on until the change has come back to this one, such as -20%."),
  min_baseline: z.number().min(0).default(0).describe("A reference must be at least this much, and more than nothing."),
  without_baseline: z
    .enum(["keep", "resolve"])
    .default("keep")
    .describe("Without a reference: keep what is, or resolve. It never fires."),
  missing_is_zero: z.boolean().default(false).describe("A known series without data in the window now counts as 0."),
});

type CompareOptions = z.output<typeof optionsSchema>;

/** Compares each series with its own past: the period before, the same time yesterday or in the last weeks. */
export const compare = defineRule<CompareOptions>({
  kind: "compare",
  options: optionsSchema,
  tunable: ["change", "recover", "min_baseline"],
  faults,
  severities: ({ change }) => severities.filter((severity) => change[severity] !== undefined),
  form: ({ metric, aggregate, window }) => formOfAggregate(metric, aggregate, window),
  needs(options, nowMs) {
    const { metric, matchers, aggregate, to } = options;
    const now = completedWindow(nowMs, options.window);
    return [0, ...shiftsMs(to, now.stepMs)].map((shiftMs) => ({
      metric,
      matchers,
      aggregate,
      fromMs: now.fromMs - shiftMs,
      toMs: now.toMs - shiftMs,
      stepMs: now.stepMs,
    }));
  },
  judge(options, [now = [], ...past], firing) {
    const comparisons = new Comparisons(now);
    for (const reference of past) comparisons.addPast(reference);
    return comparisons.all.map((comparison) => judged(options, comparison, firing));
  },
});

type Comparison = { readonly labels: Labels; measured: number | undefined; readonly past: number[] };

/** What there is of each label set. Answers mostly share the object of labels that they have in common: only another one is looked for by key. */
class Comparisons {
  readonly all: Comparison[] = [];
  readonly #byObject = new Map<Labels, Comparison>();
  #byKey: Map<string, Comparison> | undefined;

  constructor(now: readonly Series[]) {
    for (const { labels, points } of now) this.#add(labels).measured = points.at(-1)?.[1];
  }

  addPast(reference: readonly Series[]): void {
    for (const { labels, points } of reference) {
      const value = points.at(-1)?.[1];
      if (value !== undefined && Number.isFinite(value)) this.#of(labels).past.push(value);
    }
  }

  #of(labels: Labels): Comparison {
    const same = this.#byObject.get(labels);
    if (same !== undefined) return same;
    this.#byKey ??= new Map(this.all.map((comparison) => [seriesKey(comparison.labels), comparison]));
    const key = seriesKey(labels);
    const equal = this.#byKey.get(key) ?? this.#add(labels);
    this.#byKey.set(key, equal);
    this.#byObject.set(labels, equal);
    return equal;
  }

  #add(labels: Labels): Comparison {
    const comparison: Comparison = { labels, measured: undefined, past: [] };
    this.all.push(comparison);
    this.#byObject.set(labels, comparison);
    return comparison;
  }
}

function judged(options: CompareOptions, { labels, measured, past }: Comparison, firing: FiringSeverity): Judgement {
  const now = measured ?? (options.missing_is_zero ? 0 : Number.NaN);
  if (!Number.isFinite(now)) return { labels, outcome: "no_data" };
  const reference = past.length < options.to.at_least ? 0 : taken(past, options.to.take);
  if (reference <= 0 || reference < options.min_baseline)
    return { labels, outcome: options.without_baseline === "keep" ? "no_reference" : "low_volume" };
  const value = (now - reference) / reference;
  const comparison = { measured: now, usual: reference };
  return { labels, value, comparison, outcome: outcomeOf(options, value, firing(labels) !== undefined) };
}

function outcomeOf({ change, recover }: CompareOptions, value: number, isFiring: boolean): Severity | "ok" {
  const beyond = severities.findLast((severity) => isBeyond(change[severity], value));
  if (beyond !== undefined) return beyond;
  const [mildest, limit] = mildestOf(change) ?? [];
  if (recover === undefined || !isFiring || mildest === undefined || limit === undefined) return "ok";
  const isBack = limit.direction === "rise" ? value <= recover : value >= recover;
  return isBack ? "ok" : mildest;
}

function mildestOf(change: CompareOptions["change"]): readonly [Severity, Change] | undefined {
  for (const severity of severities) {
    const limit = change[severity];
    if (limit !== undefined) return [severity, limit];
  }
  return undefined;
}

function taken(values: readonly number[], take: CompareOptions["to"]["take"]): number {
  const sorted = values.toSorted((a, b) => a - b);
  if (take === "min") return sorted[0] ?? 0;
  if (take === "max") return sorted.at(-1) ?? 0;
  if (take === "avg") return sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function shiftsMs({ periods, days, weeks }: CompareOptions["to"], stepMs: number): readonly number[] {
  const count = periods ?? days ?? weeks ?? 0;
  const unitMs = periods !== undefined ? stepMs : days !== undefined ? dayMs : 7 * dayMs;
  return Array.from({ length: count }, (_, index) => (index + 1) * unitMs);
}

function faults({ to, change, recover, window }: CompareOptions): OptionFault[] {
  const found: OptionFault[] = [];
  const counts = [to.periods, to.days, to.weeks].filter((count) => count !== undefined);
  if (counts.length !== 1)
    found.push({ path: ["to"], message: "name one of periods, days and weeks, such as to: { weeks: 4 }" });
  else if (to.at_least > (counts[0] ?? 0))
    found.push({ path: ["to", "at_least"], message: `there are only ${counts[0]} to compare with` });
  if (to.periods === undefined && window > dayMs)
    found.push({
      path: ["window"],
      message: "a window that is compared with other days must not be longer than a day",
    });
  const limits = severities.flatMap((severity) => change[severity] ?? []);
  const isOrdered = limits.every((limit, index) => {
    const milder = limits[index - 1];
    return milder === undefined || isGraver(limit, milder);
  });
  if (!isOrdered)
    found.push({ path: ["change"], message: "graver severities need greater changes in the same direction" });
  const [, mildest] = mildestOf(change) ?? [];
  if (recover !== undefined && mildest !== undefined && isBeyond(mildest, recover))
    found.push({ path: ["recover"], message: "recover must not be beyond the mildest change" });
  return found;
}
