import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { phaseMs } from "../../../src/scheduler/slots.ts";
import { good, Harness, keyOf, makeCheck, startMs, TicklessClock } from "./harness.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;

describe("scheduler: plan", () => {
  it("runs every slot of k × interval + phase over days, none before it is due", async () => {
    const harness = new Harness(undefined, new TicklessClock(startMs));
    const check = makeCheck("shop", { schedule: { kind: "every", everyMs: 60_000 } });
    harness.scheduler.start([check], [], 1);

    await harness.clock.advance(2 * dayMs);

    const regular = harness.slotsOf("shop").filter((slotMs) => slotMs > startMs);
    const firstMs = regular[0] ?? 0;
    expect(firstMs % 60_000).toBe(phaseMs("shop", "shop-t", 60_000));
    expect(regular).toEqual(Array.from({ length: regular.length }, (_, k) => firstMs + k * 60_000));
    expect(regular.length).toBe((2 * dayMs) / 60_000);
    expect(harness.results.every((result) => result.startedAtMs >= result.slotMs)).toBe(true);
    expect(harness.missed).toEqual([]);
  });

  it("keeps an interval that is longer than a timer can be, without spinning (F64)", async () => {
    const harness = new Harness(undefined, new TicklessClock(startMs));
    const check = makeCheck("domain", { schedule: { kind: "every", everyMs: 25 * dayMs } });
    harness.scheduler.start([check], [{ ...keyOf(check), lastSlotMs: startMs - 1 }], 1);

    await harness.clock.advance(25.1 * dayMs);

    expect(harness.results).toHaveLength(1);
    expect(harness.starts).toHaveLength(1);
    expect(harness.clock.pendingTimers).toBeLessThanOrEqual(3);
  });

  it("starts within its jitter while the slot stays the planned start", async () => {
    const harness = new Harness();
    const check = makeCheck("shop", { jitterMs: 5000 });
    harness.scheduler.start([check], [], 1);

    await harness.clock.advance(hourMs);

    const delays = harness.results.map((result) => result.startedAtMs - result.slotMs);
    expect(new Set(harness.slotsOf("shop").map((slotMs) => slotMs % 30_000)).size).toBe(1);
    expect(Math.max(...delays)).toBeLessThanOrEqual(5026);
    expect(Math.max(...delays)).toBeGreaterThan(4000);
    expect(Math.min(...delays)).toBeLessThan(1000);
  });

  it("runs 10 000 checks within one interval after the start, evenly and each on its slot (F65)", async () => {
    const harness = new Harness();
    const checks = Array.from({ length: 10_000 }, (_, index) => makeCheck(`c${index}`));
    harness.scheduler.start(checks, [], 1);

    await harness.clock.advance(30_100);

    expect(new Set(harness.results.map((result) => result.check)).size).toBe(10_000);
    const perSecond = Array.from({ length: 30 }, () => 0);
    for (const { atMs } of harness.starts) {
      const second = Math.min(29, Math.floor((atMs - startMs) / 1000));
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
    expect(Math.max(...perSecond)).toBeLessThan(450);
    expect(harness.results.every((result) => result.startedAtMs - result.slotMs <= 42)).toBe(true);
    expect(harness.missed).toEqual([]);
  });

  it("starts what is due within 25 ms together", async () => {
    const harness = new Harness();
    harness.scheduler.start(
      Array.from({ length: 2000 }, (_, index) => makeCheck(`c${index}`)),
      [],
      1,
    );

    await harness.clock.advance(30_000);

    expect(new Set(harness.starts.map((start) => start.monotonicMs)).size).toBeLessThanOrEqual(30_000 / 25 + 1);
  });

  it("makes the first run of a rare check soon, and lets a nightly one wait for its night", async () => {
    const harness = new Harness(undefined, new TicklessClock(startMs));
    const rare = makeCheck("domain", { schedule: { kind: "every", everyMs: 12 * hourMs } });
    const nightly = makeCheck("nightly", {
      schedule: { kind: "cron", expression: "0 2 * * *", timeZone: "Asia/Shanghai" },
    });
    harness.scheduler.start([rare, nightly], [], 1);

    await harness.clock.advance(31_000);
    expect(harness.results.map((result) => result.check)).toEqual(["domain"]);

    await harness.clock.advance(dayMs);
    expect(harness.slotsOf("nightly")).toEqual([at("2026-11-24T02:00:00+08:00")]);
  });

  it("asks a host that wants few at once about one new check after the other, and lets none of them wait for its plan", async () => {
    const registry = { host: "registry-of-com", labels: {} };
    const domains = Array.from({ length: 300 }, (_, index) =>
      makeCheck(`d${index}`, {
        targets: [{ id: `t${index}`, address: `d${index}.com`, display: `d${index}.com`, ...registry }],
        schedule: { kind: "every", everyMs: 12 * hourMs },
        paceMs: 5000,
      }),
    );
    const harness = new Harness(undefined, new TicklessClock(startMs));
    harness.scheduler.start(domains, [], 1);

    await harness.clock.advance(60_000);
    expect(harness.starts).toHaveLength(13);
    await harness.clock.advance(hourMs);

    expect(new Set(harness.starts.map(({ check }) => check)).size).toBe(300);
    const early = harness.starts.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
    for (const atMs of early)
      expect(early.filter((other) => other >= atMs && other < atMs + 30_000).length).toBeLessThan(12);
    expect(harness.missed).toEqual([]);
  });

  it("records what it cannot catch up on in turn before the plan comes around as missed", async () => {
    const checks = Array.from({ length: 40 }, (_, index) =>
      makeCheck(`d${index}`, {
        targets: [{ id: `t${index}`, address: "a", display: "a", labels: {}, host: "registry" }],
        schedule: { kind: "every", everyMs: 120_000 },
        paceMs: 20_000,
      }),
    );
    const harness = new Harness(undefined, new TicklessClock(startMs));
    const seeds = checks.map((check) => ({ ...keyOf(check), lastSlotMs: startMs - 150_000 }));
    harness.scheduler.start(checks, seeds, 1);
    await harness.clock.advance(115_000);

    for (const check of checks) {
      const slots = harness.slotsOf(check.id);
      const missed = harness.missed
        .filter((each) => each.check === check.id)
        .reduce((sum, each) => sum + each.count, 0);
      const planned = phaseMs(check.id, check.targets[0]?.id ?? "", 120_000);
      const due =
        Math.floor((startMs + 115_000 - planned) / 120_000) - Math.floor((startMs - 150_000 - planned) / 120_000);
      expect(slots.length + missed, check.id).toBe(due);
    }
  });

  it("runs cron checks through both changes of daylight saving exactly as the wall shows (F61)", async () => {
    const clock = new TicklessClock(at("2026-03-07T00:00:00-05:00"));
    const harness = new Harness(undefined, clock);
    const schedule = { kind: "cron", expression: "30 2 * * *", timeZone: "America/New_York" } as const;
    harness.scheduler.start([makeCheck("backup", { schedule })], [], 1);
    await clock.advance(3 * dayMs);

    const autumn = new TicklessClock(at("2026-10-31T12:00:00-04:00"));
    const later = new Harness(undefined, autumn);
    later.scheduler.start([makeCheck("report", { schedule: { ...schedule, expression: "30 1 * * *" } })], [], 1);
    await autumn.advance(2 * dayMs);

    expect(harness.slotsOf("backup")).toEqual(
      ["2026-03-07T02:30:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"].map(at),
    );
    expect(later.slotsOf("report")).toEqual(["2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"].map(at));
  });

  it("hands memory from run to run and from the seed to the first", async () => {
    const harness = new Harness();
    const seen: unknown[] = [];
    harness.behave = (context) => {
      seen.push(context.memory);
      return Promise.resolve(seen.length === 2 ? good : { ...good, memory: { runs: seen.length } });
    };
    const check = makeCheck("shop");
    harness.scheduler.start([check], [{ ...keyOf(check), lastSlotMs: startMs - 1, memory: "stored" }], 1);

    await harness.clock.advance(90_000);

    expect(seen).toEqual(["stored", { runs: 1 }, { runs: 1 }]);
  });

  it("shows a check whose options do not open as unknown(internal) in every run", async () => {
    const harness = new Harness();
    harness.scheduler.start([makeCheck("shop", { options: "broken" }), makeCheck("pay")], [], 1);

    await harness.clock.advance(30_000);

    const broken = harness.results.filter((result) => result.check === "shop");
    expect(broken[0]).toMatchObject({
      verdict: "unknown",
      headline: { reason: "internal" },
    });
    expect(harness.results.find((result) => result.check === "pay")).toMatchObject({ verdict: "up" });
    expect(harness.stats.reduce((sum, stats) => sum + stats.internalErrors, 0)).toBe(broken.length);
  });
});
