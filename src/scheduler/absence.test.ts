import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catchUpSpreadMs, firstRun, resume } from "./absence.ts";
import { slotPlan } from "./slots.ts";

const plan = (everyMs: number) => slotPlan({ kind: "every", everyMs }, "shop", "t1", 0);

describe("scheduler/absence", () => {
  it("misses or catches up each slot that passed, catching up at most the newest", () => {
    const intervals = fc.constantFrom(1000, 30_000, 60_000, 3_600_000);
    fc.assert(
      fc.property(intervals, fc.nat(1e9), fc.nat(1e7), (everyMs, afterMs, awayMs) => {
        const slots = plan(everyMs);
        const nowMs = afterMs + awayMs;
        const passed = slots.between(afterMs, nowMs);
        const { missed, catchUp } = resume(slots, "id", afterMs, nowMs);

        expect((missed?.count ?? 0) + (catchUp === undefined ? 0 : 1)).toBe(passed?.count ?? 0);
        if (missed !== undefined) expect(missed.firstMs).toBe(passed?.firstMs);
        if (catchUp === undefined) return;
        expect(catchUp.slotMs).toBe(passed?.lastMs);
        expect(missed?.lastMs ?? Number.NEGATIVE_INFINITY).toBeLessThan(catchUp.slotMs);
        expect(catchUp.startMs).toBeGreaterThanOrEqual(nowMs);
        expect(catchUp.startMs).toBeLessThan(Math.min(nowMs + catchUpSpreadMs, slots.nextMs(nowMs) ?? 0));
      }),
    );
  });

  it("leaves the first run to a plan that comes around soon", () => {
    expect(firstRun(plan(30_000), "id", 1e12)).toBeUndefined();
    expect(firstRun(plan(366 * 86_400_000), "id", 1e12)?.startMs).toBeLessThan(1e12 + catchUpSpreadMs);
  });
});
