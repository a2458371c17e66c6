import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Missed } from "../../../src/core/checks/result.ts";
import { bad, good, Harness, keyOf, makeCheck, startMs } from "./harness.ts";

const hourMs = 3_600_000;
const countOf = (missed: readonly Missed[]): number => missed.reduce((sum, range) => sum + range.count, 0);

describe("scheduler: clocks", () => {
  it("neither repeats nor skips nor stalls when the wall clock goes back an hour (F60)", async () => {
    const harness = new Harness();
    harness.scheduler.start([makeCheck("shop")], [], 1);
    await harness.clock.advance(60_000);
    harness.clock.jumpWall(-hourMs);
    await harness.clock.advance(hourMs);

    const slots = harness.slotsOf("shop");
    const gaps = harness.starts
      .slice(1)
      .map((start, index) => start.monotonicMs - (harness.starts[index]?.monotonicMs ?? 0));
    expect(slots).toEqual(Array.from({ length: slots.length }, (_, k) => (slots[0] ?? 0) + k * 30_000));
    expect(Math.max(...gaps)).toBeLessThan(34_000);
    expect(harness.missed).toEqual([]);
    await harness.clock.advance(15_000);
    expect(harness.stats.at(-1)?.skewMs).toBeGreaterThan(0.8 * hourMs);
  });

  it("takes a forward step at once and records what it jumped over (F60)", async () => {
    const harness = new Harness();
    harness.scheduler.start([makeCheck("shop")], [], 1);
    await harness.clock.advance(60_000);
    harness.clock.jumpWall(hourMs);
    await harness.clock.advance(60_000);
    await harness.scheduler.drain(0);

    const slots = harness.slotsOf("shop");
    const jump = slots.findIndex((slotMs, index) => slotMs - (slots[index - 1] ?? slotMs) > 30_000);
    expect(harness.missed).toMatchObject([
      { reason: "suspended", fromSlotMs: (slots[jump - 1] ?? 0) + 30_000, toSlotMs: (slots[jump] ?? 0) - 30_000 },
    ]);
    expect(slots.length + countOf(harness.missed)).toBe(((slots.at(-1) ?? 0) - (slots[0] ?? 0)) / 30_000 + 1);
  });

  it("catches up once per check, spread over 30 s, after a suspend of eight hours (F62)", async () => {
    const harness = new Harness();
    const checks = Array.from({ length: 100 }, (_, index) =>
      makeCheck(`c${index}`, { schedule: { kind: "every", everyMs: hourMs } }),
    );
    harness.scheduler.start(
      checks,
      checks.map((check) => ({ ...keyOf(check), lastSlotMs: startMs - 1 })),
      1,
    );
    await harness.clock.advance(hourMs);
    const before = harness.results.length;
    harness.clock.jumpWall(8 * hourMs);
    const wokenAtMs = harness.clock.now();
    await harness.clock.advance(31_000);
    await harness.scheduler.drain(0);

    const caughtUp = harness.results.slice(before);
    expect(before).toBe(100);
    expect(new Set(caughtUp.map((result) => result.check)).size).toBe(100);
    expect(caughtUp).toHaveLength(100);
    expect(
      new Set(caughtUp.map((result) => Math.floor((result.startedAtMs - wokenAtMs) / 3000))).size,
    ).toBeGreaterThanOrEqual(10);
    expect(harness.missed.every((range) => range.reason === "suspended")).toBe(true);
    const passed = caughtUp.filter((result) => result.slotMs <= wokenAtMs);
    expect(countOf(harness.missed) + passed.length).toBe(800);
  });

  it("marks the slots of a downtime as one missed range and catches up a rare check", async () => {
    const harness = new Harness();
    const frequent = makeCheck("shop");
    const rare = makeCheck("domain", { schedule: { kind: "every", everyMs: 12 * hourMs } });
    const nightly = makeCheck("nightly", { schedule: { kind: "cron", expression: "0 1 * * *", timeZone: "UTC" } });
    const checks = [frequent, rare, nightly];
    harness.scheduler.start(
      checks,
      checks.map((check) => ({ ...keyOf(check), lastSlotMs: startMs - 48 * hourMs })),
      1,
    );
    await harness.clock.advance(31_000);
    await harness.scheduler.drain(0);

    expect(harness.missed.filter((range) => range.check === "shop")).toMatchObject([
      { reason: "shutdown", count: (48 * hourMs) / 30_000 },
    ]);
    expect(harness.missed.filter((range) => range.check === "domain")).toMatchObject([
      { reason: "shutdown", count: 3 },
    ]);
    expect(harness.slotsOf("nightly")).toEqual([startMs - hourMs]);
    expect(harness.slotsOf("domain")).toHaveLength(1);
  });

  it("goes on at once when the stored slots are ahead of a clock that was set back", async () => {
    const harness = new Harness();
    const check = makeCheck("shop");
    harness.scheduler.start([check], [{ ...keyOf(check), lastSlotMs: startMs + 8 * hourMs }], 1);
    await harness.clock.advance(40_000);

    expect(harness.slotsOf("shop").length).toBeGreaterThanOrEqual(1);
    expect(harness.slotsOf("shop")[0]).toBeGreaterThan(startMs + 8 * hourMs);
  });

  it("turns a bad result that overlaps a stall into unknown(stall) and measures once more (F63)", async () => {
    const harness = new Harness();
    let runs = 0;
    harness.behave = async (context) => {
      runs += 1;
      context.phase("connect");
      if (runs > 1) return good;
      await harness.clock.sleep(50);
      harness.clock.stall(2500);
      return bad;
    };
    const check = makeCheck("shop");
    harness.scheduler.start([check], [], 1);
    await harness.clock.advance(40_000);

    expect(harness.results.slice(0, 2)).toMatchObject([
      { verdict: "unknown", headline: { reason: "stall" }, phasesMs: {}, trigger: "schedule" },
      { verdict: "up", trigger: "retry" },
    ]);
    expect((harness.results[1]?.startedAtMs ?? 0) - (harness.results[0]?.startedAtMs ?? 0)).toBeLessThan(2700);
    expect(harness.stats.reduce((sum, stats) => sum + stats.stalls, 0)).toBe(1);
  });

  it("believes no bad result of a run that a suspend cut through (F62)", async () => {
    const harness = new Harness();
    let suspended = false;
    harness.behave = async () => {
      await harness.clock.sleep(50);
      if (!suspended) harness.clock.jumpWall(8 * hourMs);
      suspended = true;
      await harness.clock.sleep(50);
      return bad;
    };
    harness.scheduler.start([makeCheck("shop")], [], 1);
    await harness.clock.advance(20_000);

    expect(harness.results[0]).toMatchObject({ verdict: "unknown", headline: { reason: "stall" } });
    expect(harness.results[1]).toMatchObject({ verdict: "down", trigger: "retry" });
  });

  it("keeps a good result that overlaps a stall, without phases and without slow (F63)", async () => {
    const harness = new Harness();
    harness.behave = async (context) => {
      context.phase("connect");
      await harness.clock.sleep(50);
      if (harness.results.length === 0) harness.clock.stall(2500);
      return {
        ...good,
        findings: [
          { is: "flaw", severity: "critical", reason: "slow", detail: "2.5s" },
          { is: "flaw", severity: "info", reason: "expiring", detail: "20 days" },
        ],
      };
    };
    harness.scheduler.start([makeCheck("shop")], [], 1);
    await harness.clock.advance(20_000);

    expect(harness.results).toMatchObject([
      { verdict: "up", phasesMs: {}, headline: { reason: "expiring" }, findings: [{ reason: "expiring" }] },
    ]);
  });

  it("measures no more than once again while stalls go on", async () => {
    const harness = new Harness();
    harness.behave = async () => {
      await harness.clock.sleep(10);
      harness.clock.stall(400);
      return bad;
    };
    harness.scheduler.start([makeCheck("shop")], [], 1);
    await harness.clock.advance(29_000);

    expect(harness.results.map((result) => result.trigger)).toEqual(["schedule", "retry"]);
  });

  it("loses no slot, runs none early or twice and spaces them, under any clock (I6)", async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant("advance" as const), byMs: fc.integer({ min: 1, max: 90_000 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant("jump" as const), byMs: fc.integer({ min: -400_000, max: 400_000 }) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("stall" as const), byMs: fc.nat(120_000) }) },
    );
    const shape = fc.record({
      everyMs: fc.constantFrom(1000, 10_000, 45_000, 120_000),
      jitterMs: fc.constantFrom(0, 700),
      takesMs: fc.constantFrom(0, 300, 3000),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        shape,
        fc.nat(),
        async (steps, { everyMs, jitterMs, takesMs }, seed) => {
          const harness = new Harness(undefined, undefined, seed);
          harness.behave = async () => {
            await harness.clock.sleep(takesMs);
            return good;
          };
          const check = makeCheck("shop", { schedule: { kind: "every", everyMs }, jitterMs });
          harness.scheduler.start([check], [{ ...keyOf(check), lastSlotMs: startMs - 1 }], 1);
          for (const { do: what, byMs } of steps) {
            if (what === "advance") await harness.clock.advance(byMs);
            else if (what === "jump") harness.clock.jumpWall(byMs);
            else harness.clock.stall(byMs);
          }
          await harness.clock.advance(1);
          await harness.scheduler.drain(0);

          const covered = new Set<number>();
          const cover = (slotMs: number): void => {
            expect(covered.has(slotMs)).toBe(false);
            covered.add(slotMs);
          };
          for (const result of harness.results) {
            expect(result.startedAtMs).toBeGreaterThanOrEqual(result.slotMs);
            cover(result.slotMs);
          }
          for (const range of harness.missed) {
            expect(range.count).toBe((range.toSlotMs - range.fromSlotMs) / everyMs + 1);
            for (let slotMs = range.fromSlotMs; slotMs <= range.toSlotMs; slotMs += everyMs) cover(slotMs);
          }
          const slots = [...covered].sort((a, b) => a - b);
          expect(slots).toEqual(Array.from({ length: slots.length }, (_, k) => (slots[0] ?? 0) + k * everyMs));
          const run = harness.results.map((result) => result.slotMs);
          expect(run).toEqual(run.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 200 },
    );
  });
});
