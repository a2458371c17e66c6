import { describe, expect, it } from "vitest";
import { good, Harness, keyOf, makeCheck, startMs, TicklessClock } from "./harness.ts";

const never = new Promise<never>(() => {});
const hourMs = 3_600_000;

describe("scheduler: reload and drain", () => {
  it("keeps plan and run under way of what did not change, and drops those of what went (F89)", async () => {
    const harness = new Harness();
    const [stays, goes, changes] = [makeCheck("stays"), makeCheck("goes"), makeCheck("changes")];
    harness.behave = async () => {
      await harness.clock.sleep(29_000);
      return good;
    };
    const checks = [stays, goes, changes].map((check) => ({ ...check, timeoutMs: 29_500 }));
    harness.scheduler.start(checks, [], 1);
    await harness.clock.advance(29_900);
    const before = harness.results.length;
    const underWay = harness.starts.length - before;
    const changed = { ...changes, timeoutMs: 29_500, options: { contains: "x" } };
    harness.scheduler.replace([{ ...stays, timeoutMs: 29_500 }, changed, makeCheck("new")], [], 2);
    await harness.clock.advance(60_000);
    await harness.scheduler.drain(0);

    expect([before, underWay]).toEqual([0, 3]);
    expect(harness.slotsOf("goes")).toEqual([]);
    expect(
      harness
        .slotsOf("stays")
        .slice(0, 2)
        .map((slotMs) => slotMs - (harness.slotsOf("stays")[0] ?? 0)),
    ).toEqual([0, 30_000]);
    expect(harness.slotsOf("new").length).toBeGreaterThanOrEqual(1);
    expect(harness.missed.filter((range) => range.reason === "reload")).toMatchObject([{ check: "changes", count: 1 }]);
    expect(harness.closed.toSorted()).toEqual(expect.arrayContaining(["changes", "goes"]));
    expect(harness.batches.at(-1)?.generation).toBe(2);
  });

  it("keeps plan and run under way of a check's other targets when one comes or goes", async () => {
    const harness = new Harness();
    const target = (id: string) => ({ id, address: `${id}.test`, display: `${id}.test`, labels: {} });
    const listing = (...ids: readonly string[]) => makeCheck("listed", { timeoutMs: 29_500, targets: ids.map(target) });
    harness.behave = async () => {
      await harness.clock.sleep(20_000);
      return good;
    };
    harness.scheduler.start([listing("a", "b")], [], 1);
    await harness.clock.advance(40_000);
    harness.scheduler.replace([listing("a", "b", "c")], [], 2);
    await harness.clock.advance(30_000);
    harness.scheduler.replace([listing("a", "c")], [], 3);
    await harness.clock.advance(60_000);
    await harness.scheduler.drain(0);

    const slots = harness.results.filter((result) => result.target === "a").map(({ slotMs }) => slotMs);
    expect(slots.length).toBeGreaterThanOrEqual(3);
    expect(slots.slice(1).map((slotMs, index) => slotMs - (slots[index] ?? 0))).toEqual(
      slots.slice(1).map(() => 30_000),
    );
    expect(harness.results.some((result) => result.target === "c")).toBe(true);
    expect(harness.missed.filter(({ target: lost, reason }) => lost === "a" && reason === "reload")).toEqual([]);
  });

  it("leaves a run alone when only titles, labels and thresholds change", async () => {
    const harness = new Harness();
    harness.behave = () => harness.clock.sleep(500).then(() => good);
    const check = makeCheck("shop");
    harness.scheduler.start([check], [{ ...keyOf(check), lastSlotMs: startMs - 1 }], 1);
    harness.scheduler.runNow(keyOf(check));
    harness.scheduler.replace([{ ...check, title: "商城", labels: { team: "web" }, failureThreshold: 5 }], [], 2);
    await harness.clock.advance(600);

    expect(harness.results).toHaveLength(1);
    expect(harness.closed).toEqual([]);
  });

  it("goes on from the last slot when a check changes, without inventing missed slots", async () => {
    const harness = new Harness();
    const [options, interval] = [
      makeCheck("options", { jitterMs: 9000 }),
      makeCheck("interval", { schedule: { kind: "every", everyMs: 3600_000 } }),
    ];
    const seeds = [options, interval].map((check) => ({ ...keyOf(check), lastSlotMs: startMs - 1 }));
    harness.scheduler.start([options, interval], seeds, 1);
    await harness.clock.advance(2 * hourMs);
    const before = harness.results.length;
    const changed = { ...interval, schedule: { kind: "every", everyMs: 30_000 } } as const;
    harness.scheduler.replace([{ ...options, options: { contains: "x" } }, changed], [], 2);
    await harness.clock.advance(65_000);
    await harness.scheduler.drain(0);

    const after = harness.results.slice(before).filter((result) => result.check === "interval");
    expect(after).toHaveLength(2);
    expect(after[0]?.slotMs).toBeGreaterThan(startMs + 2 * hourMs);
    expect(harness.missed.filter((range) => range.check === "interval")).toEqual([]);
    const slots = harness
      .slotsOf("options")
      .concat(harness.missed.map((range) => range.fromSlotMs))
      .toSorted((a, b) => a - b);
    expect(slots).toEqual(Array.from({ length: slots.length }, (_, k) => (slots[0] ?? 0) + k * 30_000));
  });

  it("plans a check that changes before it ever ran as a new one", async () => {
    const harness = new Harness();
    const check = makeCheck("domain", { schedule: { kind: "every", everyMs: 24 * hourMs } });
    harness.scheduler.start([check], [], 1);
    harness.scheduler.replace([{ ...check, options: { other: true } }], [], 2);
    await harness.clock.advance(31_000);

    expect(harness.results).toHaveLength(1);
    expect(harness.missed).toEqual([]);
  });

  it("closes a probe only when its last run has ended", async () => {
    const harness = new Harness();
    harness.behave = () => harness.clock.sleep(500).then(() => good);
    const check = makeCheck("shop");
    harness.scheduler.start([check], [{ ...keyOf(check), lastSlotMs: startMs - 1 }], 1);
    harness.scheduler.runNow(keyOf(check));
    harness.scheduler.replace([], [], 2);
    const closedBefore = [...harness.closed];
    await harness.clock.advance(600);

    expect([closedBefore, harness.closed]).toEqual([[], ["shop"]]);
  });

  it("takes up a check that comes back with its seed, above its stored slot", async () => {
    const harness = new Harness();
    const check = makeCheck("shop");
    harness.scheduler.start([], [], 1);
    harness.scheduler.replace([check], [{ ...keyOf(check), lastSlotMs: startMs + 5 }], 2);
    await harness.clock.advance(61_000);

    expect(harness.slotsOf("shop")).toHaveLength(2);
    expect(harness.slotsOf("shop")[0]).toBeGreaterThan(startMs + 5);
  });

  it("waits for what is under way, records the rest as missed(shutdown) and leaves no timer (F71)", async () => {
    const harness = new Harness({ mostRuns: 2, mostPerHost: 4 });
    harness.behave = (_, check) => (check.id === "quick" ? harness.clock.sleep(3000).then(() => good) : never);
    const checks = ["quick", "stuck", "waiting"].map((id) => makeCheck(id, { timeoutMs: 25_000 }));
    harness.scheduler.start(checks, [], 1);
    for (const check of checks) harness.scheduler.runNow(keyOf(check));
    harness.scheduler.replace(checks, [], 2);
    await harness.clock.advance(1000);
    let drained = false;
    const draining = harness.scheduler.drain(10_000).then(() => (drained = true));
    await harness.clock.advance(9000);
    expect(drained).toBe(false);
    await harness.clock.advance(1000);
    await draining;

    expect(harness.results.map((result) => result.check)).toEqual(["quick"]);
    expect(harness.missed.map((range) => [range.check, range.reason])).toEqual([["stuck", "shutdown"]]);
    expect(harness.scheduler.runNow(keyOf(makeCheck("quick")))).toBe(false);
    await harness.clock.advance(2000);
    expect(harness.clock.pendingTimers).toBe(0);
    expect(harness.closed.toSorted()).toEqual(["quick", "stuck", "waiting"]);
  });

  it("tells figures also while nothing happens", async () => {
    const harness = new Harness(undefined, new TicklessClock(startMs));
    harness.scheduler.start(
      [makeCheck("domain", { schedule: { kind: "cron", expression: "0 0 1 1 *", timeZone: "UTC" } })],
      [],
      1,
    );
    await harness.clock.advance(hourMs / 60);

    expect(harness.stats).toHaveLength(4);
    expect(harness.stats[0]).toMatchObject({ subjects: 1, inFlight: 0, waiting: 0, stalls: 0 });
  });
});
