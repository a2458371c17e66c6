import { describe, expect, it } from "vitest";
import { stableHash } from "./stable-hash.ts";

describe("scheduler/stable-hash", () => {
  it("never changes, since stored slots hang on it", () => {
    expect([stableHash(""), stableHash("shop\nt1"), stableHash("加入购物车")]).toEqual([
      3_338_908_027_751_811, 7_845_620_169_851_297, 1_351_049_511_595_697,
    ]);
  });

  it("spreads similar names evenly", () => {
    const buckets = Array.from({ length: 30 }, () => 0);
    for (let index = 0; index < 30_000; index += 1) {
      const bucket = stableHash(`check-${index}\nhttp`) % 30;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }

    expect(Math.min(...buckets)).toBeGreaterThan(800);
    expect(Math.max(...buckets)).toBeLessThan(1200);
  });
});
