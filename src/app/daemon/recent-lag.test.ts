import { describe, expect, it } from "vitest";
import { lagBucketBoundsSeconds } from "../../scheduler/scheduler-stats.ts";
import { RecentLag } from "./recent-lag.ts";

const counts = (bucket: number, count: number): number[] =>
  Array.from({ length: lagBucketBoundsSeconds.length + 1 }, (_, index) => (index === bucket ? count : 0));

describe("app/daemon/recent-lag", () => {
  it("says nothing before the first runs", () => {
    expect(new RecentLag().p99Ms()).toBeUndefined();
  });

  it("gives the bound that 99 of 100 runs kept", () => {
    const lag = new RecentLag();
    lag.add(counts(1, 99), 0);
    lag.add(counts(6, 1), 0);

    expect(lag.p99Ms()).toBe(10);
  });

  it("forgets what is older than five minutes", () => {
    const lag = new RecentLag();
    lag.add(counts(12, 50), 0);
    lag.add(counts(0, 1), 300_001);

    expect(lag.p99Ms()).toBe(5);
  });

  it("gives the last bound when everything is above it", () => {
    const lag = new RecentLag();
    lag.add(counts(lagBucketBoundsSeconds.length, 3), 0);

    expect(lag.p99Ms()).toBe(60_000);
  });
});
