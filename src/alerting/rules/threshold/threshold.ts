import { z } from "zod";
import { durationSchema } from "../../../core/duration.ts";
import { fingerprint, type Labels } from "../../../core/labels.ts";
import { parseMatcher } from "../../../core/matcher.ts";
import { defineRule, type Judgement, type OptionFault } from "../../../core/rule-kind.ts";
import { aggregates, type Series } from "../../../core/series.ts";
import { type Severity, severities } from "../../../core/severity.ts";

const minuteMs = 60_000;
/** A bucket is asked for this long after its minute, when its last samples have arrived. */
const settleMs = 5000;

const amountSchema = z
  .union([z.number(), z.string().regex(/^-?\d+(?:\.\d+)?%$/, "a number, or a percentage such as 95%")])
  .transform((amount) => (typeof amount === "number" ? amount : Number(amount.slice(0, -1)) / 100));

const limitsSchema = z
  .strictObject({ info: amountSchema, warning: amountSchema, critical: amountSchema })
  .partial()
  .refine(
    (limits) => Object.keys(limits).length > 0,
    "name at least one severity with its threshold, such as warning: 90%",
  );

const matcherSchema = z.string().superRefine((text, context) => {
  const parsed = parseMatcher(text);
  if (!parsed.ok) context.addIssue({ code: "custom", message: parsed.problem });
});

const optionsSchema = z.object({
  metric: z.string().min(1).describe("Name of the metric in the series store."),
  matchers: z.array(matcherSchema).default([]).describe("Which series of the metric, as in routes."),
  window: durationSchema({ minMs: minuteMs, maxMs: 30 * 86_400_000 })
    .default(300_000)
    .describe("How far back the aggregate looks, in whole minutes."),
  aggregate: z.enum(aggregates).default("avg").describe("How the window becomes one value; increase is for counters."),
  above: limitsSchema.optional().describe("Per severity: holds while the value is greater."),
  below: limitsSchema.optional().describe("Per severity: holds while the value is smaller."),
  recover: amountSchema.optional().describe("What fires goes on until the value has come back to this one."),
});

type ThresholdOptions = z.output<typeof optionsSchema>;
type Limits = NonNullable<ThresholdOptions["above"]>;

/** Compares the aggregate of each series over a window with fixed thresholds, with an own way back. */
export const threshold = defineRule<ThresholdOptions>({
  kind: "threshold",
  options: optionsSchema,
  faults,
  severities: ({ above, below }) =>
    severities.filter((severity) => above?.[severity] !== undefined || below?.[severity] !== undefined),
  needs({ metric, matchers, window, aggregate }, nowMs) {
    const toMs = Math.floor((nowMs - settleMs) / minuteMs) * minuteMs;
    const stepMs = Math.ceil(window / minuteMs) * minuteMs;
    return [{ metric, matchers, fromMs: toMs - stepMs, toMs, stepMs, aggregate }];
  },
  judge: (options, [series = []], firing) => series.map((one) => judged(options, one, firing)),
});

function judged(
  options: ThresholdOptions,
  { labels, points }: Series,
  firing: ReadonlyMap<string, Severity>,
): Judgement {
  const value = points.at(-1)?.[1];
  if (value === undefined || Number.isNaN(value)) return { labels, outcome: "no_data" };
  const severity = severityAt(options, value);
  if (severity !== undefined) return { labels, value, outcome: severity };
  return { labels, value, outcome: heldOutcome(options, value, labels, firing) };
}

function severityAt({ above, below }: ThresholdOptions, value: number): Severity | undefined {
  return severities.findLast((severity) => {
    const upper = above?.[severity];
    const lower = below?.[severity];
    return (upper !== undefined && value > upper) || (lower !== undefined && value < lower);
  });
}

/** Between the mildest threshold and `recover` an alert that fires goes on, at the mildest severity of the rule. */
function heldOutcome(
  { above, below, recover }: ThresholdOptions,
  value: number,
  labels: Labels,
  firing: ReadonlyMap<string, Severity>,
): Severity | "ok" {
  if (recover === undefined || !firing.has(fingerprint(labels))) return "ok";
  const limits = above ?? below ?? {};
  const isBack = above === undefined ? value >= recover : value <= recover;
  return isBack ? "ok" : (mildest(limits) ?? "ok");
}

function mildest(limits: Limits): Severity | undefined {
  return severities.find((severity) => limits[severity] !== undefined);
}

function faults({ above, below, recover }: ThresholdOptions): OptionFault[] {
  const found: OptionFault[] = [];
  if (above === undefined && below === undefined)
    found.push({ path: [], message: "a threshold rule needs above or below, such as above: { warning: 90% }" });
  if (above !== undefined && !isOrdered(above, 1))
    found.push({ path: ["above"], message: "graver severities need greater thresholds: info < warning < critical" });
  if (below !== undefined && !isOrdered(below, -1))
    found.push({ path: ["below"], message: "graver severities need smaller thresholds: info > warning > critical" });
  return [...found, ...recoverFaults(above, below, recover)];
}

function recoverFaults(
  above: Limits | undefined,
  below: Limits | undefined,
  recover: number | undefined,
): OptionFault[] {
  if (recover === undefined) return [];
  if (above !== undefined && below !== undefined)
    return [{ path: ["recover"], message: "recover goes with above or with below, not with both; write two rules" }];
  const first = above === undefined ? mildestLimit(below) : mildestLimit(above);
  if (first === undefined) return [];
  if (above !== undefined && recover > first)
    return [{ path: ["recover"], message: `recover must not be above the mildest threshold ${first}` }];
  if (below !== undefined && recover < first)
    return [{ path: ["recover"], message: `recover must not be below the mildest threshold ${first}` }];
  return [];
}

function mildestLimit(limits: Limits | undefined): number | undefined {
  const severity = limits === undefined ? undefined : mildest(limits);
  return severity === undefined ? undefined : limits?.[severity];
}

function isOrdered(limits: Limits, direction: 1 | -1): boolean {
  const amounts = severities.flatMap((severity) => limits[severity] ?? []);
  return amounts.every((amount, index) => index === 0 || (amount - (amounts[index - 1] ?? amount)) * direction > 0);
}
