import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jitteredStartMs, phaseMs, slotPlan } from "./slots.ts";

const startMs = Date.UTC(2026, 10, 23);
const dayMs = 86_400_000;
const every = (everyMs: number) => slotPlan({ kind: "every", everyMs }, "shop", "t1", 0);

describe("scheduler/slots", () => {
  it("puts slots at k × interval + phase, whatever moment it is asked from", () => {
    const plan = every(30_000);
    const firstMs = plan.nextMs(startMs) ?? 0;

    expect(firstMs % 30_000).toBe(phaseMs("shop", "t1", 30_000));
    expect(plan.nextMs(firstMs)).toBe(firstMs + 30_000);
    expect(plan.nextMs(firstMs - 0.5)).toBe(firstMs);
    expect(plan.currentMs(firstMs + 1)).toBe(firstMs);
  });

  it("keeps intervals of a year", () => {
    const plan = every(366 * dayMs);
    const nextMs = plan.nextMs(startMs) ?? 0;

    expect(nextMs).toBeGreaterThan(startMs);
    expect(nextMs - startMs).toBeLessThanOrEqual(366 * dayMs);
    expect(phaseMs("shop", "t1", 366 * dayMs)).toBeGreaterThan(0);
  });

  it("counts the slots of a span as one by one walking does", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(5000), fc.nat(3000), (everyMs, afterMs, lengthMs) => {
        const plan = every(everyMs);
        const walked: number[] = [];
        for (let at = plan.nextMs(afterMs); at !== undefined && at <= afterMs + lengthMs; at = plan.nextMs(at))
          walked.push(at);

        expect(plan.between(afterMs, afterMs + lengthMs)).toEqual(
          walked.length === 0
            ? undefined
            : {
                firstMs: walked[0],
                beforeLastMs: walked.at(-2) ?? walked[0],
                lastMs: walked.at(-1),
                count: walked.length,
              },
        );
      }),
    );
  });

  it("counts cron slots, and stops counting but not finding after a thousand", () => {
    const plan = slotPlan({ kind: "cron", expression: "* * * * *", timeZone: "UTC" }, "shop", "t1", 0);

    expect(plan.between(startMs, startMs + 3_600_000)).toEqual({
      firstMs: startMs + 60_000,
      beforeLastMs: startMs + 59 * 60_000,
      lastMs: startMs + 3_600_000,
      count: 60,
    });
    expect(plan.between(startMs, startMs + 30 * dayMs)).toMatchObject({
      beforeLastMs: startMs + 30 * dayMs - 60_000,
      lastMs: startMs + 30 * dayMs,
      count: 1000,
    });
  });

  it("asks for a push at the end of the grace, counted from the last arrival", () => {
    const expected = { kind: "every", everyMs: 60_000 } as const;
    const plan = slotPlan({ kind: "arrival", expected, graceMs: 5000 }, "orders", "t1", startMs);

    expect(plan.nextMs(startMs)).toBe(startMs + 65_000);
    plan.heard(startMs + 30_000);
    expect(plan.nextMs(startMs + 30_000)).toBe(startMs + 95_000);
    expect(plan.nextMs(startMs + 95_000)).toBe(startMs + 155_000);
  });

  it("asks for a nightly push at the next match plus the grace", () => {
    const expected = { kind: "cron", expression: "0 2 * * *", timeZone: "UTC" } as const;
    const plan = slotPlan({ kind: "arrival", expected, graceMs: 3 * 3_600_000 }, "nightly", "t1", startMs);
    const deadlineMs = startMs + 5 * 3_600_000;

    expect(plan.nextMs(startMs)).toBe(deadlineMs);
    plan.heard(startMs + 2.5 * 3_600_000);
    expect(plan.nextMs(startMs + 2.5 * 3_600_000)).toBe(deadlineMs + dayMs);
  });

  it("never asks for a push of which nothing is expected", () => {
    expect(slotPlan({ kind: "arrival", graceMs: 0 }, "orders", "t1", startMs).nextMs(startMs)).toBeUndefined();
  });

  it("starts at most the jitter late, and before half of the way to the next slot", () => {
    const plan = every(1000);
    const slotMs = plan.nextMs(startMs) ?? 0;

    expect(jitteredStartMs(plan, slotMs, 0, 0.99)).toBe(slotMs);
    expect(jitteredStartMs(plan, slotMs, 200, 0.5)).toBe(slotMs + 100);
    expect(jitteredStartMs(plan, slotMs, 5000, 0.99)).toBe(slotMs + 495);
  });
});
