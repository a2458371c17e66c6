import type { Labels } from "../labels.ts";
import type { EpochMs } from "../time/time.ts";

/** One metric value. */
export type Sample = Readonly<{
  metric: string;
  labels: Labels;
  value: number;
  /** Only where the source stamps it, else the run's start. */
  atMs?: EpochMs;
  /** Foreign series: what their source says of their type. */
  type?: "gauge" | "counter" | "untyped";
  /** Foreign series: what their source says of their meaning. */
  help?: string;
  /** Foreign series: the series store keeps it even where no rule names it. */
  isKept?: true;
}>;

/** A metric family that a unit declares; `history: true` sends its samples to the series store. */
export type Metric = Readonly<{
  name: string;
  type: "gauge" | "counter" | "histogram" | "untyped";
  help: string;
  labels: readonly string[];
  history: boolean;
}>;

/** Returns the family of a sample that a dynamic kind did not declare: of the type that its source says, else a counter when its name ends in `_total`, else a gauge. */
export function undeclaredMetric(sample: Sample): Metric {
  return {
    name: sample.metric,
    type: sample.type ?? (sample.metric.endsWith("_total") ? "counter" : "gauge"),
    help: sample.help ?? "Value that was sent under this name.",
    labels: Object.keys(sample.labels),
    history: true,
  };
}

/** Declares a gauge. */
export function gauge(name: string, help: string, history = false, labels: readonly string[] = []): Metric {
  return { name, type: "gauge", help, labels, history };
}

const noLabels: Labels = Object.freeze({});

/** One sample stamped with the run's start. */
export function sample(metric: string, value: number, labels: Labels = noLabels): Sample {
  return { metric, labels, value };
}
