import type { Labels } from "../labels.ts";
import type { EpochMs } from "../time/time.ts";
import type { Sample } from "./metric.ts";

export const aggregates = ["avg", "min", "max", "sum", "last", "count", "increase"] as const;
export type Aggregate = (typeof aggregates)[number];

/** Asks for one metric over a window, in steps; `matchers` use Alertmanager's grammar (`a="b"`, `a=~"b.*"` …). */
export type SeriesQuery = Readonly<{
  metric: string;
  matchers: readonly string[];
  fromMs: EpochMs;
  toMs: EpochMs;
  stepMs: number;
  aggregate: Aggregate;
}>;

export type Series = Readonly<{ labels: Labels; points: readonly (readonly [atMs: EpochMs, value: number])[] }>;

/** A sample for the series store: `series` is the stable id of metric + labels, `atMs` is present. */
export type SeriesPoint = Sample & Readonly<{ series: string; atMs: EpochMs; kind: "gauge" | "counter" }>;
