import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Check } from "../../../src/core/checks/check.ts";
import { subjectId } from "../../../src/core/checks/result.ts";
import { bad, good, Harness, keyOf, makeCheck, startMs } from "./harness.ts";

const hosts = ["a", "b"] as const;
const schedules: readonly Check["schedule"][] = [
  { kind: "every", everyMs: 1000 },
  { kind: "every", everyMs: 7000 },
  { kind: "every", everyMs: 90_000 },
  { kind: "cron", expression: "* * * * *", timeZone: "Asia/Shanghai" },
  { kind: "arrival", expected: { kind: "every", everyMs: 20_000 }, graceMs: 2000 },
];

/** Eight checks on two hosts; a version changes what a run depends on. */
function checkOf(index: number, version: number): Check {
  const host = hosts[index % 2] ?? "a";
  return makeCheck(`c${index}`, {
    schedule: schedules[index % schedules.length] ?? { kind: "every", everyMs: 1000 },
    retryIntervalMs: 1500,
    jitterMs: index % 3 === 0 ? 400 : 0,
    timeoutMs: 4000,
    options: { version },
    targets: [{ id: "t", address: host, display: host, labels: {}, host }],
  });
}

const index = fc.nat(7);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("advance" as const), byMs: fc.integer({ min: 1, max: 20_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("jump" as const), byMs: fc.integer({ min: -100_000, max: 100_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stall" as const), byMs: fc.nat(60_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("run" as const), index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("arrive" as const), index }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("replace" as const), kept: fc.uniqueArray(index), version: fc.nat(1) }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function walk(harness: Harness, steps: readonly Step[]): Promise<void> {
  const { scheduler, clock } = harness;
  let generation = 1;
  for (const move of steps) {
    if (move.do === "advance") await clock.advance(move.byMs);
    else if (move.do === "jump") clock.jumpWall(move.byMs);
    else if (move.do === "stall") clock.stall(move.byMs);
    else if (move.do === "run") scheduler.runNow(keyOf(checkOf(move.index, 0)));
    else if (move.do === "arrive") scheduler.arrived(keyOf(checkOf(move.index, 0)), { signal: "success" });
    else {
      const seeds = harness.results.map((result) => ({ ...result, lastSlotMs: result.slotMs }));
      scheduler.replace(
        move.kept.map((kept) => checkOf(kept, move.version)),
        seeds,
        (generation += 1),
      );
    }
  }
  await clock.advance(1);
  await harness.drain(2000);
}

describe("scheduler: invariants", () => {
  it("keeps caps, one run per subject and growing slots through anything that can happen", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), fc.nat(), async (steps, seed) => {
        const harness = new Harness({ mostRuns: 3, mostPerHost: 2 }, undefined, seed);
        const running = new Map<symbol, Check>();
        // The runner contains what a probe throws, so the probe notes what it saw.
        const seen: number[][] = [];
        let runs = seed;
        harness.behave = async ({ signal }, check) => {
          const run = Symbol(check.id);
          running.set(run, check);
          const now = [...running.values()];
          const perHost = hosts.map((host) => now.filter(({ targets }) => targets[0]?.host === host).length);
          const own = now.filter(({ id, options }) => id === check.id && options === check.options).length;
          seen.push([now.length, Math.max(...perHost), own]);
          runs += 1;
          await harness.clock.sleep((runs * 379) % 3000, signal);
          running.delete(run);
          return runs % 3 === 0 ? bad : good;
        };
        harness.onBatch = ({ results }) => {
          for (const result of results) harness.scheduler.confirm(result, result.verdict !== "up");
        };
        harness.scheduler.start(
          Array.from({ length: 8 }, (_, each) => checkOf(each, 0)),
          [],
          1,
        );
        await walk(harness, steps);

        expect(seen.filter(([all = 0, ofHost = 0, own = 0]) => all > 3 || ofHost > 2 || own !== 1)).toEqual([]);
        const newest = new Map<string, number>();
        for (const result of harness.results) {
          expect(result.slotMs).toBeGreaterThan(newest.get(subjectId(result)) ?? 0);
          expect(result.startedAtMs).toBeGreaterThanOrEqual(result.slotMs);
          expect(result.slotMs).toBeGreaterThan(startMs - 90_001);
          newest.set(subjectId(result), result.slotMs);
        }
        const told = new Set(harness.results.map((result) => `${subjectId(result)} ${result.slotMs}`));
        for (const range of harness.missed) {
          expect(range.toSlotMs).toBeGreaterThanOrEqual(range.fromSlotMs);
          expect(told.has(`${subjectId(range)} ${range.fromSlotMs}`)).toBe(false);
          expect(told.has(`${subjectId(range)} ${range.toSlotMs}`)).toBe(false);
        }
      }),
      {
        numRuns: 100,
        // Taken away and put back before its last result was handed over.
        examples: [
          [
            [
              { do: "advance", byMs: 3243 },
              { do: "replace", kept: [], version: 0 },
              { do: "replace", kept: [5], version: 0 },
            ],
            7,
          ],
        ],
      },
    );
  });
});
