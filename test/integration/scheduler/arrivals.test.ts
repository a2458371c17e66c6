import { describe, expect, it } from "vitest";
import type { Check } from "../../../src/core/checks/check.ts";
import type { Observation } from "../../../src/core/checks/result.ts";
import { bad, good, Harness, keyOf, makeCheck, startMs } from "./harness.ts";

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
