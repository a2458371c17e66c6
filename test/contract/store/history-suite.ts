/* oxlint-disable max-lines-per-function -- a suite is a test file that several test files share */
import { describe, expect, it } from "vitest";
import { emptyChange, type Store } from "../../../src/core/store.ts";
import { downAt, resultAt, subject } from "../../support/samples/store-records.ts";
import { baseMs, checkState, hourMs, pruneUntilDone } from "./store-ground.ts";

type Setting = () => Readonly<{ store: Store; reopen(): Promise<void> }>;

/** What is kept of results, missed runs and decisions, and for how long. */
export function describeHistory(setting: Setting): void {
  describe("history", () => {
    it("gives results back newest first, within the window and limit", async () => {
      const results = [0, 1, 2, 3].map((index) => resultAt(baseMs + index * 30_000));
      await setting().store.commit({ ...emptyChange, results });

      const read = await setting().store.results(subject, baseMs + 30_000, baseMs + 90_000, 2);
      expect(read).toEqual([results[3], results[2]]);
      expect(await setting().store.results(subject, baseMs + 30_000, baseMs + 30_000, 9)).toEqual([results[1]]);
      expect(await setting().store.results({ ...subject, location: "office" }, 0, Infinity, 9)).toEqual([]);
    });

    it("keeps findings, phases, trigger and evidence of a bad result, but no samples and no memory", async () => {
      const flaw = { is: "flaw", severity: "warning", reason: "slow", detail: "慢 \u0000 1.5 s" } as const;
      const down = downAt(baseMs, {
        trigger: "retry",
        findings: [flaw, ...downAt(baseMs).findings],
        phasesMs: { dialogue: 0.0004, local: 3_000_000.001 },
        evidence: { status: "502 Bad Gateway", body: "坏" },
      });
      await setting().store.commit({
        ...emptyChange,
        results: [{ ...down, samples: [{ metric: "m", labels: {}, value: 1 }], memory: { a: 1 } }],
      });

      const [read] = await setting().store.results(subject, 0, Infinity, 1);
      expect(read).toEqual({ ...down, phasesMs: { dialogue: 0, local: 3_000_000.001 } });
    });

    it("ignores results at or before the newest stored slot, also after opening again", async () => {
      await setting().store.commit({ ...emptyChange, results: [resultAt(baseMs + 10)] });
      await setting().reopen();
      await setting().store.commit({
        ...emptyChange,
        results: [downAt(baseMs + 10), downAt(baseMs), resultAt(baseMs + 11)],
      });

      const read = await setting().store.results(subject, 0, Infinity, 9);
      expect(read.map((each) => [each.slotMs, each.verdict])).toEqual([
        [baseMs + 11, "up"],
        [baseMs + 10, "up"],
      ]);
    });

    it("ignores results that a committed check state has already covered", async () => {
      await setting().store.commit({ ...emptyChange, checkStates: [checkState({ lastSlotMs: baseMs + 50 })] });
      await setting().reopen();
      await setting().store.commit({ ...emptyChange, results: [resultAt(baseMs + 50), resultAt(baseMs + 51)] });

      expect((await setting().store.results(subject, 0, Infinity, 9)).map((each) => each.slotMs)).toEqual([
        baseMs + 51,
      ]);
    });

    it("keeps missed ranges once each and finds those that touch the window", async () => {
      const range = { ...subject, fromSlotMs: baseMs, toSlotMs: baseMs + 100, count: 3, reason: "overload" } as const;
      const later = { ...range, fromSlotMs: baseMs + 200, toSlotMs: baseMs + 300, reason: "suspended" } as const;
      await setting().store.commit({ ...emptyChange, missed: [later, range] });
      await setting().store.commit({ ...emptyChange, missed: [range] });
      await setting().reopen();

      expect(await setting().store.missed(subject, baseMs + 100, baseMs + 200)).toEqual([range, later]);
      expect(await setting().store.missed(subject, baseMs + 101, baseMs + 199)).toEqual([]);
    });

    it("keeps the larger of two missed ranges that begin with one slot, in any order", async () => {
      const slot = { ...subject, fromSlotMs: baseMs, toSlotMs: baseMs, count: 1, reason: "shutdown" } as const;
      const range = { ...slot, toSlotMs: baseMs + 100, count: 3, reason: "suspended" } as const;
      await setting().store.commit({ ...emptyChange, missed: [slot] });
      await setting().store.commit({ ...emptyChange, missed: [range] });
      await setting().store.commit({ ...emptyChange, missed: [slot] });
      await setting().reopen();

      expect(await setting().store.missed(subject, 0, Infinity)).toEqual([range]);
    });

    it("gives decisions of a subject in order, exact repetitions once", async () => {
      const decision = { atMs: 1, stage: "route", outcome: "pass", subject: "f1", because: "it matches" } as const;
      const other = { ...decision, stage: "silence", outcome: "mute", by: "s1" } as const;
      await setting().store.commit({ ...emptyChange, decisions: [decision, other, { ...decision, subject: "f2" }] });
      await setting().store.commit({ ...emptyChange, decisions: [decision] });
      await setting().reopen();

      expect(await setting().store.decisions("f1", 10)).toEqual([decision, other]);
      expect(await setting().store.decisions("f1", 1)).toEqual([decision]);
      expect(await setting().store.decisions("f1", 10, 2)).toEqual([]);
    });

    it("rolls up verdicts and latencies, before and after packing", async () => {
      const results = [
        resultAt(baseMs, { durationMs: 4 }),
        downAt(baseMs + 60_000, { durationMs: 40_000 }),
        resultAt(baseMs + 120_000, { verdict: "unknown", durationMs: 99, findings: [] }),
        resultAt(baseMs + 300_000, { durationMs: 5 }),
      ];
      await setting().store.commit({ ...emptyChange, results });
      const read = () => setting().store.rollUps(subject, 300_000, baseMs, baseMs + hourMs);
      const before = await read();
      await pruneUntilDone(setting().store, baseMs + 3 * hourMs);

      expect(await read()).toEqual(before);
      expect(before).toEqual([
        expect.objectContaining({
          atMs: baseMs,
          up: 1,
          down: 1,
          unknown: 1,
          durationMsSum: 40_004,
          durationMsMax: 40_000,
        }),
        expect.objectContaining({ atMs: baseMs + 300_000, up: 1, down: 0, durationMsSum: 5 }),
      ]);
      expect(before[0]?.latencyCounts).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
      expect(await setting().store.rollUps(subject, hourMs, baseMs, baseMs)).toMatchObject([
        { up: 2, down: 1, unknown: 1 },
      ]);
    });

    it("gives the same results after packing and opening again", async () => {
      const results = Array.from({ length: 150 }, (_, index) =>
        index % 40 === 7
          ? downAt(baseMs + index * 30_000)
          : resultAt(baseMs + index * 30_000, { durationMs: index / 7 }),
      );
      for (const result of results) await setting().store.commit({ ...emptyChange, results: [result] });
      const before = await setting().store.results(subject, 0, Infinity, 1000);
      await pruneUntilDone(setting().store, baseMs + 70 * 60_000);
      const packed = await setting().store.results(subject, 0, Infinity, 1000);
      await setting().reopen();

      expect(packed).toEqual(before);
      expect(await setting().store.results(subject, 0, Infinity, 1000)).toEqual(before);
      expect(
        (await setting().store.results(subject, baseMs + 31, baseMs + 100 * 30_000, 3)).map((each) => each.slotMs),
      ).toEqual([100, 99, 98].map((index) => baseMs + index * 30_000));
      expect(before).toHaveLength(150);
    });
  });
}
