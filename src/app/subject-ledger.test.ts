import { describe, expect, it } from "vitest";
import type { Result } from "../core/checks/result.ts";
import { SubjectLedger } from "./subject-ledger.ts";

const key = { check: "shop", target: "t1", location: "default" };
const run = (slotMs: number) => ({ ...key, slotMs, trigger: "schedule", startedAtMs: slotMs }) as const;
const result = (slotMs: number): Result => ({
  ...run(slotMs),
  findings: [],
  samples: [],
  verdict: "up",
  durationMs: 5,
  phasesMs: {},
});
const nothing = { started: [], results: [], missed: [] };

describe("app/subject-ledger", () => {
  it("makes of a run that was lost an unknown(internal) with its slot", () => {
    const ledger = new SubjectLedger();
    ledger.note({ ...nothing, started: [run(1000)] });
    const lost = ledger.takeLost(() => true, "the worker crashed", 3000);

    expect(lost).toMatchObject([
      { slotMs: 1000, verdict: "unknown", headline: { reason: "internal" }, durationMs: 2000 },
    ]);
    expect(ledger.takeLost(() => true, "again", 4000)).toEqual([]);
    expect(ledger.seed(key, undefined)).toEqual({ ...key, lastSlotMs: 1000 });
  });

  it("forgets a run that ended or was missed, and leaves those of other workers", () => {
    const ledger = new SubjectLedger();
    ledger.note({ ...nothing, started: [run(1000)] });
    ledger.note({ ...nothing, results: [result(1000)], started: [{ ...run(1500), check: "pay" }] });
    ledger.note({ ...nothing, started: [run(2000)] });
    ledger.note({ ...nothing, missed: [{ ...key, fromSlotMs: 2000, toSlotMs: 2000, count: 1, reason: "reload" }] });

    expect(ledger.takeLost((id) => id.startsWith("shop"), "crash", 3000)).toEqual([]);
    expect(ledger.takeLost(() => true, "crash", 3000)).toHaveLength(1);
  });

  it("raises a stored seed to what was told since, and keeps its memory", () => {
    const ledger = new SubjectLedger();
    const stored = { ...key, lastSlotMs: 500, memory: { expiry: 1 } };
    expect(ledger.seed(key, stored)).toEqual(stored);

    ledger.note({ ...nothing, results: [result(2000), result(1000)] });

    expect(ledger.seed(key, stored)).toEqual({ ...stored, lastSlotMs: 2000 });
    ledger.keepOnly(new Set());
    expect(ledger.seed(key, stored)).toEqual(stored);
  });
});
