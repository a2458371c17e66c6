import { z } from "zod";
import type { Aggregate, SeriesQuery } from "../../core/checks/series.ts";
import { parseMatcher } from "../../core/matching/matcher.ts";
import { durationSchema } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { unitOfMetric, type ValueForm } from "../../core/value-form.ts";

export const minuteMs = 60_000;
export const dayMs = 86_400_000;
/** A bucket is asked for this long after its minute, when its last samples have arrived. */
export const settleMs = 5000;

/** Name of a metric. */
export const metricSchema = z.string().min(1);

/** Which series of a metric. */
export const matchersSchema = z.array(
  z.string().superRefine((text, context) => {
    const parsed = parseMatcher(text);
    if (!parsed.ok) context.addIssue({ code: "custom", message: parsed.problem });
  }),
);

/** A window in whole minutes, at most 30 days. */
export const windowSchema = durationSchema({ minMs: minuteMs, maxMs: 30 * dayMs });

/** The whole completed minutes of a window that ends now. */
export function completedWindow(nowMs: EpochMs, windowMs: number): Pick<SeriesQuery, "fromMs" | "toMs" | "stepMs"> {
  const toMs = Math.floor((nowMs - settleMs) / minuteMs) * minuteMs;
  const stepMs = Math.ceil(windowMs / minuteMs) * minuteMs;
  return { fromMs: toMs - stepMs, toMs, stepMs };
}

/** Aggregates that grow with the window. */
export const additive: ReadonlySet<string> = new Set<Aggregate>(["sum", "count", "increase"]);

/** How people write what an aggregate makes of a metric; what grows with the window is so much in it. */
export function formOfAggregate(metric: string, aggregate: Aggregate, spanMs: number): ValueForm {
  const unit = aggregate === "count" ? undefined : unitOfMetric(metric);
  return { ...(unit === undefined ? {} : { unit }), ...(additive.has(aggregate) ? { perMs: spanMs } : {}) };
}
