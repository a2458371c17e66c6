import { describe, expect, it } from "vitest";
import { lagBucketBoundsSeconds, noStats, StatsCounter } from "./scheduler-stats.ts";

describe("scheduler/scheduler-stats", () => {
  it("puts each lag into the first bucket whose bound it does not pass", () => {
    const stats = new StatsCounter();
    for (const lagMs of [-1, 5, 5.1, 60_000, 61_000]) stats.lag(lagMs);
    const { lagCounts, lagSumSeconds } = stats.take();

    expect(lagCounts).toHaveLength(lagBucketBoundsSeconds.length + 1);
    expect([lagCounts[0], lagCounts[1], lagCounts.at(-2), lagCounts.at(-1)]).toEqual([2, 1, 1, 1]);
    expect(lagSumSeconds).toBeCloseTo(121.0101, 6);
  });

  it("counts from nothing again after it was taken", () => {
    const stats = new StatsCounter();
    stats.abandoned();
    stats.internalError();

    expect(stats.take()).toMatchObject({ abandoned: 1, internalErrors: 1 });
    expect(noStats).toMatchObject(stats.take());
  });
});
