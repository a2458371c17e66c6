import type { EpochMs } from "../../core/time/time.ts";
import { lagBucketBoundsSeconds } from "../../scheduler/scheduler-stats.ts";

const windowMs = 300_000;
const share = 0.99;

/** Schedule lag of the last five minutes, from the bucket counts that the workers send. */
export class RecentLag {
  readonly #slices: { atMs: EpochMs; counts: readonly number[] }[] = [];

  add(counts: readonly number[], nowMs: EpochMs): void {
    if (counts.every((count) => count === 0)) return;
    this.#slices.push({ atMs: nowMs, counts });
    while ((this.#slices[0]?.atMs ?? nowMs) < nowMs - windowMs) this.#slices.shift();
  }

  /** Upper bound of the bucket that holds the 99th percentile, in milliseconds; undefined without runs. */
  p99Ms(): number | undefined {
    const sums = lagBucketBoundsSeconds.map((_, bucket) =>
      this.#slices.reduce((sum, { counts }) => sum + (counts[bucket] ?? 0), 0),
    );
    const total = this.#slices.reduce((sum, { counts }) => sum + counts.reduce((all, count) => all + count, 0), 0);
    if (total === 0) return undefined;
    let seen = 0;
    for (const [bucket, count] of sums.entries()) {
      seen += count;
      if (seen >= total * share) return (lagBucketBoundsSeconds[bucket] ?? 0) * 1000;
    }
    return (lagBucketBoundsSeconds.at(-1) ?? 0) * 1000;
  }
}
