import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { momentsUntil } from "./moments-until.ts";

const nowMs = 1000;

describe("alerting/pipeline/moments-until", () => {
  it("brings moments back in their order, and moves of the past only what is in their way", () => {
    const at = momentsUntil(nowMs, [5000, 4000, 5000, 999, 998, 500]);

    expect([5000, 4000, 999, 998, 500].map(at)).toEqual([1000, 999, 998, 997, 500]);
  });

  it("keeps every order and every equality, leaves none ahead, and changes nothing where none was", () => {
    const moment = fc.oneof(fc.nat(1010), fc.nat(1_000_000));
    fc.assert(
      fc.property(fc.array(moment), (moments) => {
        const at = momentsUntil(nowMs, moments);
        for (const a of moments) {
          expect(at(a)).toBeLessThanOrEqual(nowMs);
          for (const b of moments) expect(Math.sign(at(a) - at(b))).toBe(Math.sign(a - b));
        }
        if (moments.every((each) => each <= nowMs)) expect(moments.map(at)).toEqual(moments);
      }),
    );
  });
});
