import type { Aggregate, Series, SeriesQuery } from "../core/checks/series.ts";
import type { EpochMs } from "../core/time/time.ts";

export const minuteMs = 60_000;

/** What one minute of a series holds. */
export type MinuteBucket = Readonly<{
  atMs: EpochMs;
  count: number;
  sum: number;
  min: number;
  max: number;
  last: number;
  /** How much a counter grew in this minute; 0 for a gauge. */
  increase: number;
}>;

/** How much a counter grew between two readings; a smaller reading means that it began again at zero. */
export function increaseBetween(previous: number | undefined, value: number): number {
  if (previous === undefined) return 0;
  return value >= previous ? value - previous : value;
}

/** A bucket with one value in it. */
export function bucketOf(atMs: EpochMs, value: number, increase: number): MinuteBucket {
  const start = Math.floor(atMs / minuteMs) * minuteMs;
  return { atMs: start, count: 1, sum: value, min: value, max: value, last: value, increase };
}

/** Adds up two parts of one minute; `later` arrived after `earlier`. */
export function mergeBuckets(earlier: MinuteBucket, later: MinuteBucket): MinuteBucket {
  return {
    atMs: earlier.atMs,
    count: earlier.count + later.count,
    sum: earlier.sum + later.sum,
    min: Math.min(earlier.min, later.min),
    max: Math.max(earlier.max, later.max),
    last: later.last,
    increase: earlier.increase + later.increase,
  };
}

/** The minutes a query asks about: whole ones that have ended, `untilMs` outside. */
export function windowOf(query: SeriesQuery, nowMs: EpochMs): Readonly<{ fromMs: EpochMs; untilMs: EpochMs }> {
  const floor = (atMs: EpochMs): EpochMs => Math.floor(atMs / minuteMs) * minuteMs;
  return { fromMs: floor(query.fromMs), untilMs: Math.min(floor(query.toMs), floor(nowMs)) };
}

/** Aggregates buckets, in order of arrival, into the steps of the query. */
export function pointsOf(
  buckets: readonly MinuteBucket[],
  query: SeriesQuery,
  window: Readonly<{ fromMs: EpochMs; untilMs: EpochMs }>,
): Series["points"] {
  const stepMs = Math.max(minuteMs, query.stepMs);
  const steps = new Map<number, MinuteBucket>();
  for (const bucket of [...buckets].sort((a, b) => a.atMs - b.atMs)) {
    if (bucket.atMs < window.fromMs || bucket.atMs >= window.untilMs) continue;
    const step = Math.floor((bucket.atMs - window.fromMs) / stepMs);
    const before = steps.get(step);
    steps.set(step, before === undefined ? bucket : mergeBuckets(before, bucket));
  }
  return [...steps].map(([step, bucket]) => [window.fromMs + step * stepMs, valueOf(bucket, query.aggregate)] as const);
}

function valueOf(bucket: MinuteBucket, aggregate: Aggregate): number {
  return aggregate === "avg" ? bucket.sum / bucket.count : bucket[aggregate];
}
