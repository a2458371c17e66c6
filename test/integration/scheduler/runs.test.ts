import { describe, expect, it } from "vitest";
import type { Check } from "../../../src/core/checks/check.ts";
import type { Observation } from "../../../src/core/checks/result.ts";
import { bad, good, Harness, keyOf, makeCheck, startMs, TicklessClock } from "./harness.ts";

const never = new Promise<never>(() => {});
const hourMs = 3_600_000;

/** Answers every result as main would. */
function confirmWhile(harness: Harness, confirming: (verdict: string) => boolean): void {
  harness.onBatch = ({ results }) => {
    for (const result of results) harness.scheduler.confirm(result, confirming(result.verdict));
  };
}

describe("scheduler: caps and overload", () => {
  it("never runs more than the cap allows, in all and per host", async () => {
    const harness = new Harness({ mostRuns: 12, mostPerHost: 4 });
    const running: string[] = [];
    let mostPerHost = 0;
    let most = 0;
    harness.behave = async (context) => {
      const host = context.target.labels["host"] ?? "";
      running.push(host);
      most = Math.max(most, running.length);
      mostPerHost = Math.max(mostPerHost, running.filter((name) => name === host).length);
      await harness.clock.sleep(400);
      running.splice(running.indexOf(host), 1);
      return good;
    };
    const checks = Array.from({ length: 600 }, (_, index) => {
      const host = `host-${index % 10}`;
      return makeCheck(`c${index}`, { targets: [{ id: "t", address: host, display: host, labels: { host }, host }] });
    });
    harness.scheduler.start(checks, [], 1);
    await harness.clock.advance(40_000);

    expect(new Set(harness.results.map((result) => result.check)).size).toBe(600);
    expect([most, mostPerHost]).toEqual([12, 4]);
  });

  it("records what waited until its next slot as missed(overload), in ranges that add up", async () => {
    const harness = new Harness({ mostRuns: 2, mostPerHost: 4 });
    harness.behave = async () => {
      await harness.clock.sleep(1000);
      return good;
    };
    const checks = Array.from({ length: 40 }, (_, index) =>
      makeCheck(`c${index}`, { schedule: { kind: "every", everyMs: 10_000 } }),
    );
    harness.scheduler.start(checks, [], 1);
    await harness.clock.advance(120_000);
    await harness.drain(5000);

    const reasons = new Set(harness.missed.map((range) => range.reason));
    const lost = harness.missed.reduce((sum, range) => sum + range.count, 0);
    expect(reasons).toEqual(new Set(["overload", "shutdown"]));
    expect(harness.results.length + lost).toBe(40 * 12);
    expect(harness.missed.length).toBeLessThan(lost);
    expect(harness.stats.some((stats) => stats.waiting > 0 && stats.inFlight === 2)).toBe(true);
  });

  it("never runs one subject twice at once: a slot that finds a run under way is missed(overload)", async () => {
    const harness = new Harness();
    harness.behave = async () => {
      await harness.clock.sleep(45_000);
      return good;
    };
    harness.scheduler.start([makeCheck("shop", { timeoutMs: 60_000 })], [], 1);
    await harness.clock.advance(150_000);
    await harness.scheduler.drain(0);

    const started = harness.starts.map((start) => start.monotonicMs);
    expect(started.every((atMs, index) => index === 0 || atMs - (started[index - 1] ?? 0) >= 59_999)).toBe(true);
    expect(harness.missed.filter((range) => range.reason === "overload").length).toBeGreaterThanOrEqual(2);
  });

  it("frees the place of a unit that never settles, and counts it", async () => {
    const harness = new Harness({ mostRuns: 1, mostPerHost: 1 });
    harness.behave = (_, check) => (check.id === "stuck" ? never : Promise.resolve(good));
    harness.scheduler.start([makeCheck("stuck", { timeoutMs: 1000 }), makeCheck("shop")], [], 1);
    await harness.clock.advance(35_000);

    expect(harness.slotsOf("shop").length).toBeGreaterThanOrEqual(1);
    expect(harness.results.find((result) => result.check === "stuck")).toMatchObject({
      headline: { reason: "timeout" },
      durationMs: 1000,
    });
    expect(harness.stats.reduce((sum, stats) => sum + stats.abandoned, 0)).toBeGreaterThanOrEqual(1);
  });
});

describe("scheduler: confirming", () => {
  const check = makeCheck("shop", { schedule: { kind: "every", everyMs: 60_000 }, retryIntervalMs: 15_000 });

  it("probes again at the retry interval, below the next slot, until it is confirmed", async () => {
    const harness = new Harness();
    harness.behave = () => Promise.resolve(bad);
    let asked = 0;
    confirmWhile(harness, () => ++asked < 3);
    harness.scheduler.start([check], [{ ...keyOf(check), lastSlotMs: startMs - 1 }], 1);
    await harness.clock.advance(110_000);

    const [first = 0] = harness.slotsOf("shop");
    expect(harness.results.map((result) => [result.trigger, result.slotMs - first])).toEqual([
      ["schedule", 0],
      ["retry", 15_000],
      ["retry", 30_000],
      ["schedule", 60_000],
    ]);
  });

  it("leaves the retry out when the next slot comes first", async () => {
    const harness = new Harness();
    harness.behave = () => Promise.resolve(bad);
    confirmWhile(harness, () => true);
    harness.scheduler.start([{ ...check, retryIntervalMs: 25_000 }], [{ ...keyOf(check), lastSlotMs: startMs - 1 }], 1);
    await harness.clock.advance(110_000);

    const [first = 0] = harness.slotsOf("shop");
    expect(
      harness
        .slotsOf("shop")
        .map((slotMs) => slotMs - first)
        .slice(0, 4),
    ).toEqual([0, 25_000, 50_000, 60_000]);
  });

  it("ignores an answer to an older run, an unknown subject and a check without retries", async () => {
    const harness = new Harness();
    const calm = makeCheck("calm", { schedule: { kind: "every", everyMs: 60_000 } });
    const seeds = [check, calm].map((each) => ({ ...keyOf(each), lastSlotMs: startMs - 1 }));
    harness.scheduler.start([check, calm], seeds, 1);
    await harness.clock.advance(60_100);
    for (const each of [check, calm, makeCheck("gone")])
      harness.scheduler.confirm({ ...keyOf(each), slotMs: startMs }, true);
    harness.scheduler.confirm({ ...keyOf(calm), slotMs: harness.slotsOf("calm")[0] ?? 0 }, true);
    await harness.clock.advance(30_000);

    expect(harness.results.every((result) => result.trigger === "schedule")).toBe(true);
  });
});

describe("scheduler: arrivals and runs by hand", () => {
  const heartbeat: Check = makeCheck("nightly", {
    schedule: { kind: "arrival", expected: { kind: "every", everyMs: 60_000 }, graceMs: 10_000 },
  });
  const offsets = (harness: Harness): (string | number)[][] =>
    harness.results.map((result) => [result.trigger, result.slotMs - startMs]);

  it("runs at each arrival and at the end of the grace when none came", async () => {
    const harness = new Harness();
    harness.scheduler.start([heartbeat], [], 1);
    await harness.clock.advance(30_000);
    harness.scheduler.arrived(keyOf(heartbeat), { signal: "success" });
    await harness.clock.advance(200_000);

    expect(offsets(harness)).toEqual([
      ["arrival", 30_000],
      ["schedule", 100_000],
      ["schedule", 160_000],
      ["schedule", 220_000],
    ]);
  });

  it("tells the probe the newest expected moment whose grace is over", async () => {
    const harness = new Harness();
    const seen: unknown[] = [];
    harness.behave = (context) => {
      seen.push(context.expected);
      return Promise.resolve(good);
    };
    harness.scheduler.start([heartbeat], [], 1);
    await harness.clock.advance(30_000);
    harness.scheduler.arrived(keyOf(heartbeat), { signal: "success" });
    await harness.clock.advance(131_000);

    expect(seen).toEqual([
      undefined,
      { atMs: startMs + 90_000, graceMs: 10_000 },
      { atMs: startMs + 150_000, graceMs: 10_000 },
    ]);
  });

  it("does not take the start of a job for its report", async () => {
    const harness = new Harness();
    harness.scheduler.start([heartbeat], [], 1);
    await harness.clock.advance(30_000);
    harness.scheduler.arrived(keyOf(heartbeat), { signal: "start" });
    await harness.clock.advance(60_000);

    expect(offsets(harness)).toEqual([
      ["arrival", 30_000],
      ["schedule", 70_000],
    ]);
  });

  it("reads arrivals that follow each other in one run a second later, losing none", async () => {
    const harness = new Harness();
    harness.behave = async (): Promise<Observation> => {
      await harness.clock.sleep(100);
      return good;
    };
    harness.scheduler.start([heartbeat], [], 1);
    for (let count = 0; count < 100; count += 1) {
      harness.scheduler.arrived(keyOf(heartbeat), { signal: "values" });
      await harness.clock.advance(10);
    }
    await harness.clock.advance(5000);

    expect(offsets(harness).map(([trigger]) => trigger)).toEqual(["arrival", "arrival"]);
    expect(harness.starts[1]?.atMs).toBeGreaterThanOrEqual(startMs + 1000);
  });

  it("counts from the stored slot after a restart, and gives the grace again for what passed meanwhile (F62)", async () => {
    const harness = new Harness();
    const late = { ...heartbeat, id: "late" };
    const seeds = [
      { ...keyOf(heartbeat), lastSlotMs: startMs - 20_000 },
      { ...keyOf(late), lastSlotMs: startMs - 80_000 },
    ];
    harness.scheduler.start([heartbeat, late], seeds, 1);
    await harness.clock.advance(55_000);
    await harness.scheduler.drain(0);

    expect(harness.slotsOf("nightly")[0]).toBe(startMs + 50_000);
    expect(harness.slotsOf("late")[0]).toBe(startMs + 30_000);
    expect(harness.missed).toMatchObject([
      { check: "late", reason: "shutdown", fromSlotMs: startMs - 10_000, count: 1 },
    ]);
  });

  it("keeps a bad arrival although the process stood still: what was said is a fact", async () => {
    const harness = new Harness();
    harness.behave = () => {
      harness.clock.stall(1000);
      return Promise.resolve(bad);
    };
    harness.scheduler.start([heartbeat], [], 1);
    await harness.clock.advance(30_000);
    harness.scheduler.arrived(keyOf(heartbeat), { signal: "fail" });
    await harness.clock.advance(5000);

    expect(harness.results).toMatchObject([{ verdict: "down", headline: { reason: "status" } }]);
  });

  it("runs by hand at once, with a slot of its own, unless a run is under way", async () => {
    const harness = new Harness();
    const check = makeCheck("shop");
    harness.scheduler.start([check], [{ ...keyOf(check), lastSlotMs: startMs - 1 }], 1);
    harness.behave = async () => {
      await harness.clock.sleep(500);
      return good;
    };
    const answers = [
      harness.scheduler.runNow(keyOf(check)),
      harness.scheduler.runNow(keyOf(check)),
      harness.scheduler.runNow(keyOf(makeCheck("gone"))),
    ];
    await harness.clock.advance(20_000);

    expect(answers).toEqual([true, false, false]);
    expect(offsets(harness).map(([trigger]) => trigger)).toEqual(["manual", "schedule"]);
    expect(harness.missed).toEqual([]);
  });
});

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
