import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Finding, headlineOf, verdicts } from "../../core/checks/finding.ts";
import { phaseNames } from "../../core/checks/phases.ts";
import { reasonNames } from "../../core/checks/reasons.ts";
import { runTriggers } from "../../core/checks/result.ts";
import { type MinuteBucket, minuteMs } from "../minute-bucket.ts";
import { rollUp } from "../roll-up.ts";
import { decodeBuckets, encodeBuckets } from "./bucket-codec.ts";
import { decodeRun, encodeRun, packRuns, type StoredRun, unpackRuns } from "./result-codec.ts";
import { decodeRollUps, encodeRollUps } from "./roll-up-codec.ts";

const durationMs = fc.integer({ min: 0, max: 2 ** 40 }).map((microseconds) => microseconds / 1000);
const reason = fc.constantFrom(...reasonNames);
const finding: fc.Arbitrary<Finding> = fc.oneof(
  fc.record({
    is: fc.constantFrom("down" as const, "unknown" as const),
    reason,
    detail: fc.string({ unit: "binary" }),
  }),
  fc.record({
    is: fc.constant("flaw" as const),
    severity: fc.constantFrom("info" as const),
    reason,
    detail: fc.string(),
  }),
);
const run: fc.Arbitrary<StoredRun> = fc
  .record({
    slotMs: fc.integer({ min: 0, max: 2 ** 42 }),
    late: fc.integer({ min: -1000, max: 2 ** 31 }),
    trigger: fc.constantFrom(...runTriggers),
    verdict: fc.constantFrom(...verdicts),
    durationMs,
    phasesMs: fc.dictionary(fc.constantFrom(...phaseNames), durationMs),
    findings: fc.array(finding, { maxLength: 3 }),
  })
  .map(({ late, ...rest }) => {
    const headline = headlineOf(rest.findings);
    return { ...rest, startedAtMs: rest.slotMs + late, ...(headline === undefined ? {} : { headline }) };
  });
const plain = (value: unknown): unknown => structuredClone(value);

describe("storage/sqlite codecs", () => {
  it("give a single run back", () => {
    fc.assert(
      fc.property(run, (run) => {
        expect(plain(decodeRun(encodeRun(run, run.slotMs), run.slotMs))).toEqual(plain(run));
      }),
    );
  });

  it("give packed runs back", () => {
    fc.assert(
      fc.property(fc.array(run), (runs) => {
        const sorted = runs.toSorted((a, b) => a.slotMs - b.slotMs);
        expect(plain(unpackRuns(packRuns(sorted)))).toEqual(plain(sorted));
      }),
    );
  });

  it("give roll-ups back", () => {
    fc.assert(
      fc.property(fc.array(run), (runs) => {
        const inHour = runs.map((each) => ({ ...each, slotMs: each.slotMs % 3_600_000 }));
        const rolled = rollUp(inHour, 300_000);
        expect(decodeRollUps(encodeRollUps(rolled, 0), 0)).toEqual(rolled);
      }),
    );
  });

  it("give minute buckets back", () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, Number.NaN, Infinity, 2 ** 50, -(2 ** 51)));
    const single = fc.record({ atMs: fc.nat(1e6).map((minute) => minute * minuteMs), value, increase: value }).map(
      ({ atMs, value, increase }): MinuteBucket => ({
        atMs,
        count: 1,
        sum: value,
        min: value,
        max: value,
        last: value,
        increase: increase === 0 ? 0 : increase,
      }),
    );
    const several = single.chain((one) =>
      fc
        .record({ count: fc.integer({ min: 2, max: 9999 }), sum: value, min: value, max: value })
        .map((rest) => ({ ...one, ...rest })),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(single, several)), (buckets) => {
        expect(decodeBuckets(encodeBuckets(buckets))).toEqual(buckets);
      }),
    );
  });

  it("packs an hour of steady runs into at most 24 bytes each", () => {
    const runs = Array.from({ length: 120 }, (_, index): StoredRun => {
      const slotMs = 1_795_000_000_000 + index * 30_000;
      const phasesMs = { resolve: 0.2, connect: 1.1, tls: 8.123, processing: 45.678 + index / 9, transfer: 3.21 };
      const head = { slotMs, trigger: "schedule", verdict: "up", findings: [] } as const;
      return { ...head, startedAtMs: slotMs + (index % 25), durationMs: 58.31 + index / 9, phasesMs };
    });

    expect(packRuns(runs).length / runs.length).toBeLessThan(24);
  });
});
