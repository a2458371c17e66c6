/** Upper bounds of the schedule lag buckets in seconds; one more bucket takes what is above the last. */
export const lagBucketBoundsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** Figures of a scheduler; all but the gauges count since the stats before. */
export type SchedulerStats = Readonly<{
  /** Starts per bucket of `lagBucketBoundsSeconds`, not cumulative, plus one for everything above. */
  lagCounts: readonly number[];
  lagSumSeconds: number;
  stalls: number;
  stalledMs: number;
  abandoned: number;
  internalErrors: number;
  /** Arrivals that were dropped because the inbox of their target was full. */
  arrivalsDropped: number;
  /** Gauge: subjects that are planned. */
  subjects: number;
  /** Gauge: runs under way. */
  inFlight: number;
  /** Gauge: runs that wait for a free place. */
  waiting: number;
  /** Gauge: how far the time line is ahead of a wall clock that was set back. */
  skewMs: number;
}>;

/** Stats of nothing. */
export const noStats: SchedulerStats = {
  lagCounts: emptyCounts(),
  lagSumSeconds: 0,
  stalls: 0,
  stalledMs: 0,
  abandoned: 0,
  internalErrors: 0,
  arrivalsDropped: 0,
  subjects: 0,
  inFlight: 0,
  waiting: 0,
  skewMs: 0,
};

export type CountedStats = Pick<SchedulerStats, "lagCounts" | "lagSumSeconds" | "abandoned" | "internalErrors">;

/** Counts what happens until it is taken. */
export class StatsCounter {
  #lagCounts: number[] = emptyCounts();
  #lagSumSeconds = 0;
  #abandoned = 0;
  #internalErrors = 0;

  /** A run began this long after its planned start. */
  lag(lagMs: number): void {
    const seconds = Math.max(0, lagMs) / 1000;
    const found = lagBucketBoundsSeconds.findIndex((bound) => seconds <= bound);
    const bucket = found === -1 ? lagBucketBoundsSeconds.length : found;
    this.#lagCounts[bucket] = (this.#lagCounts[bucket] ?? 0) + 1;
    this.#lagSumSeconds += seconds;
  }

  abandoned(): void {
    this.#abandoned += 1;
  }

  internalError(): void {
    this.#internalErrors += 1;
  }

  /** Returns the counts since the last call. */
  take(): CountedStats {
    const taken = {
      lagCounts: this.#lagCounts,
      lagSumSeconds: this.#lagSumSeconds,
      abandoned: this.#abandoned,
      internalErrors: this.#internalErrors,
    };
    this.#lagCounts = emptyCounts();
    this.#lagSumSeconds = 0;
    this.#abandoned = 0;
    this.#internalErrors = 0;
    return taken;
  }
}

function emptyCounts(): number[] {
  return Array.from({ length: lagBucketBoundsSeconds.length + 1 }, () => 0);
}
