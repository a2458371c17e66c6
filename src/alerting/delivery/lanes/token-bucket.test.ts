import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fullBucket, takeToken } from "./token-bucket.ts";

const limit = { count: 5, perMs: 1000 };

describe("alerting/delivery/lanes/token-bucket", () => {
  it("gives a burst of the count, then one at a time", () => {
    let bucket = fullBucket(limit, 0);
    const taken: boolean[] = [];
    for (let index = 0; index < 6; index += 1) {
      const next = takeToken(bucket, limit, 0);
      taken.push(next.taken);
      bucket = next.bucket;
    }

    expect(taken).toEqual([true, true, true, true, true, false]);
    expect(takeToken(bucket, limit, 0).waitMs).toBe(200);
    expect(takeToken(bucket, limit, 200).taken).toBe(true);
  });

  it("never gives more than the burst and the rate, and its wait is enough", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, (gapsMs) => {
        let bucket = fullBucket(limit, 0);
        let nowMs = 0;
        let taken = 0;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          const next = takeToken(bucket, limit, nowMs);
          bucket = next.bucket;
          if (next.taken) taken += 1;
          else if (!takeToken(bucket, limit, nowMs + next.waitMs).taken) return false;
        }
        return taken <= limit.count + (nowMs * limit.count) / limit.perMs;
      }),
    );
  });
});
