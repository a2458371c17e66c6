import type { Labels } from "./labels.ts";
import type { EpochMs } from "./time.ts";

/** One metric value; `atMs` only where the source stamps it, else the run's start. */
export type Sample = Readonly<{ metric: string; labels: Labels; value: number; atMs?: EpochMs }>;

/** A metric family that a unit declares; `history: true` sends its samples to the series store. */
export type Metric = Readonly<{
  name: string;
  type: "gauge" | "counter" | "histogram" | "untyped";
  help: string;
  labels: readonly string[];
  history: boolean;
}>;

/** Returns the family of a sample that a dynamic kind did not declare: a counter when its name ends in `_total`, else a gauge. */
export function undeclaredMetric(sample: Sample): Metric {
  return {
    name: sample.metric,
    type: sample.metric.endsWith("_total") ? "counter" : "gauge",
    help: "Value that was sent under this name.",
    labels: Object.keys(sample.labels),
    history: true,
  };
}

/** Declares a gauge. */
export function gauge(name: string, help: string, history = false, labels: readonly string[] = []): Metric {
  return { name, type: "gauge", help, labels, history };
}

/** One sample stamped with the run's start. */
export function sample(metric: string, value: number, labels: Labels = {}): Sample {
  return { metric, labels, value };
}
