import { describe, expect, it } from "vitest";
import { bad, good, Harness, keyOf, makeCheck, startMs } from "./harness.ts";

const never = new Promise<never>(() => {});

/** Answers every result as main would. */
function confirmWhile(harness: Harness, confirming: (verdict: string) => boolean): void {
  harness.onBatch = ({ results }) => {
    for (const result of results) harness.scheduler.confirm(result, confirming(result.verdict));
  };
}

/** How many slots of each check are results or missed, and the span in which they lie. */
function slotsTold({ results, missed }: Harness): ReadonlyMap<string, SlotSpan> {
  const spans = new Map<string, SlotSpan>();
  const ran = results.map(({ check, slotMs }) => ({ check, fromSlotMs: slotMs, toSlotMs: slotMs, count: 1 }));
  for (const { check, fromSlotMs, toSlotMs, count } of [...ran, ...missed]) {
    const told = spans.get(check) ?? { count: 0, firstMs: fromSlotMs, lastMs: toSlotMs };
    spans.set(check, {
      count: told.count + count,
      firstMs: Math.min(told.firstMs, fromSlotMs),
      lastMs: Math.max(told.lastMs, toSlotMs),
    });
  }
  return spans;
}

type SlotSpan = Readonly<{ count: number; firstMs: number; lastMs: number }>;

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
    const slots = slotsTold(harness);
    expect(slots.size).toBe(40);
    for (const { count, firstMs, lastMs } of slots.values()) {
      expect(count).toBe((lastMs - firstMs) / 10_000 + 1);
      // What falls due in the last 40 ms begins with the next wake-up; the next start finds it missing.
      expect([firstMs < startMs + 10_000, lastMs > startMs + 110_000 - 40]).toEqual([true, true]);
    }
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
