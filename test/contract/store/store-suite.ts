/* oxlint-disable max-lines-per-function -- a suite is a test file that several test files share */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Alert } from "../../../src/core/alerting/alert.ts";
import type { Incident } from "../../../src/core/alerting/incident.ts";
import type { RuleState } from "../../../src/core/alerting/rule-kind.ts";
import type { CheckState } from "../../../src/core/checks/check-state.ts";
import { emptyChange, type Store } from "../../../src/core/store.ts";
import { FakeClock } from "../../support/fakes/fake-clock.ts";
import { downAt, resultAt, subject } from "../../support/samples/store-records.ts";
import { describeOrder } from "./order-suite.ts";
import { describeOutbox } from "./outbox-suite.ts";
import { describeSeries } from "./series-suite.ts";

/** A store under test; `reopen` closes it and opens the same data again (a store in memory returns itself). */
export type StoreSetting = { store: Store; reopen(): Promise<Store>; dispose(): Promise<void> };
export type OpenSetting = (clock: FakeClock) => Promise<StoreSetting>;

export const hourMs = 3_600_000;
/** A full hour, at which the clocks of these suites start. */
export const baseMs = Date.UTC(2026, 10, 23, 2, 0, 0);

export function checkState(over: Partial<CheckState> = {}): CheckState {
  return {
    ...subject,
    confirmed: "up",
    flaws: {},
    sinceMs: baseMs,
    lastSlotMs: baseMs,
    recent: ["up"],
    flapping: false,
    ...over,
  };
}

function alertAt(startsAtMs: number, over: Partial<Alert> = {}): Alert {
  return {
    fingerprint: "f1",
    labels: { alertname: "CheckDown", service: "shop" },
    annotations: { summary: "down" },
    status: "firing",
    startsAtMs,
    updatedAtMs: startsAtMs,
    ...over,
  };
}

/** What every store does, whatever it is made of. */
export function describeStore(name: string, open: OpenSetting): void {
  describe(`contract/store/${name}`, () => {
    let clock: FakeClock;
    let setting: StoreSetting;
    let store: Store;
    beforeEach(async () => {
      clock = new FakeClock(baseMs);
      setting = await open(clock);
      store = setting.store;
    });
    afterEach(() => setting.dispose());
    const reopen = async (): Promise<void> => {
      store = await setting.reopen();
    };

    it("is empty at first", async () => {
      expect(await store.load()).toEqual({
        checkStates: [],
        ruleStates: [],
        alerts: [],
        groups: [],
        incidents: [],
        records: [],
      });
      expect(await store.results(subject, 0, Infinity, 10)).toEqual([]);
      expect(await store.deliveries(10)).toEqual([]);
      expect(await store.facts()).toMatchObject({ resultsCount: 0, seriesCount: 0, outboxPending: 0 });
    });

    it("gives results back newest first, within the window and limit", async () => {
      const results = [0, 1, 2, 3].map((index) => resultAt(baseMs + index * 30_000));
      await store.commit({ ...emptyChange, results });

      const read = await store.results(subject, baseMs + 30_000, baseMs + 90_000, 2);
      expect(read).toEqual([results[3], results[2]]);
      expect(await store.results(subject, baseMs + 30_000, baseMs + 30_000, 9)).toEqual([results[1]]);
      expect(await store.results({ ...subject, location: "office" }, 0, Infinity, 9)).toEqual([]);
    });

    it("keeps findings, phases, trigger and evidence of a bad result, but no samples and no memory", async () => {
      const flaw = { is: "flaw", severity: "warning", reason: "slow", detail: "慢 \u0000 1.5 s" } as const;
      const down = downAt(baseMs, {
        trigger: "retry",
        findings: [flaw, ...downAt(baseMs).findings],
        phasesMs: { dialogue: 0.0004, local: 3_000_000.001 },
        evidence: { status: "502 Bad Gateway", body: "坏" },
      });
      await store.commit({
        ...emptyChange,
        results: [{ ...down, samples: [{ metric: "m", labels: {}, value: 1 }], memory: { a: 1 } }],
      });

      const [read] = await store.results(subject, 0, Infinity, 1);
      expect(read).toEqual({ ...down, phasesMs: { dialogue: 0, local: 3_000_000.001 } });
    });

    it("ignores results at or before the newest stored slot, also after opening again", async () => {
      await store.commit({ ...emptyChange, results: [resultAt(baseMs + 10)] });
      await reopen();
      await store.commit({ ...emptyChange, results: [downAt(baseMs + 10), downAt(baseMs), resultAt(baseMs + 11)] });

      const read = await store.results(subject, 0, Infinity, 9);
      expect(read.map((each) => [each.slotMs, each.verdict])).toEqual([
        [baseMs + 11, "up"],
        [baseMs + 10, "up"],
      ]);
    });

    it("ignores results that a committed check state has already covered", async () => {
      await store.commit({ ...emptyChange, checkStates: [checkState({ lastSlotMs: baseMs + 50 })] });
      await reopen();
      await store.commit({ ...emptyChange, results: [resultAt(baseMs + 50), resultAt(baseMs + 51)] });

      expect((await store.results(subject, 0, Infinity, 9)).map((each) => each.slotMs)).toEqual([baseMs + 51]);
    });

    it("brings back states, alerts, groups and open incidents after opening again", async () => {
      const state = checkState({ recent: ["down", "up"], memory: { expiry: 5 }, lastSlotMs: baseMs + 5 });
      const rule: RuleState = ruleState({ status: "pending", activeAtMs: baseMs });
      const alert = {
        fingerprint: "f1",
        labels: { a: "b" },
        annotations: {},
        status: "firing",
        startsAtMs: 1,
      } as const;
      const group = { key: "g1", route: "root", receiver: "ops", labels: {}, members: ["f1"], nextFlushMs: 3 };
      const incident = incidentOf("i1", "acknowledged");
      const change = { ...emptyChange, checkStates: [state], ruleStates: [rule], incidents: [incident] };
      await store.commit({ ...change, alerts: [{ ...alert, updatedAtMs: 2 }], groups: [group] });
      await reopen();

      expect(await store.load()).toEqual({
        checkStates: [state],
        ruleStates: [rule],
        alerts: [{ ...alert, updatedAtMs: 2 }],
        groups: [group],
        incidents: [incident],
        records: [],
      });
    });

    it("moves lastSlotMs of a loaded state on to its newest result", async () => {
      const state = checkState({ lastSlotMs: baseMs });
      await store.commit({ ...emptyChange, results: [resultAt(baseMs)], checkStates: [state] });
      const next = { ...state, lastSlotMs: baseMs + 30_000 };
      await store.commit({ ...emptyChange, results: [resultAt(baseMs + 30_000)], checkStates: [next] });
      await store.commit({ ...emptyChange, results: [resultAt(baseMs + 60_000)] });
      await reopen();

      expect((await store.load()).checkStates).toEqual([{ ...state, lastSlotMs: baseMs + 60_000 }]);
    });

    it("replaces what has the same key and forgets what is removed", async () => {
      const alert = {
        fingerprint: "f1",
        labels: {},
        annotations: {},
        status: "firing",
        startsAtMs: 1,
        updatedAtMs: 1,
      } as const;
      const group = { key: "g1", route: "root", receiver: "ops", labels: {}, members: [], nextFlushMs: 3 };
      const rule = ruleState({ status: "firing" });
      const states = [checkState(), checkState({ target: "t2" })];
      await store.commit({ ...emptyChange, checkStates: states, ruleStates: [rule], alerts: [alert], groups: [group] });
      await store.commit({
        ...emptyChange,
        removedCheckStates: [{ ...subject, target: "t2" }],
        checkStates: [checkState({ confirmed: "down" })],
        ruleStates: [{ ...rule, status: "inactive", recent: ["ok"] }],
        removedAlerts: ["f1", "unknown"],
        removedGroups: ["g1"],
      });
      await reopen();

      const loaded = await store.load();
      expect(loaded).toMatchObject({ ruleStates: [], alerts: [], groups: [] });
      expect(loaded.checkStates).toEqual([checkState({ confirmed: "down" })]);
    });

    it("adds again what one change removes and adds", async () => {
      const alert = {
        fingerprint: "f1",
        labels: {},
        annotations: {},
        status: "firing",
        startsAtMs: 1,
        updatedAtMs: 1,
      } as const;
      await store.commit({ ...emptyChange, alerts: [alert] });
      await store.commit({ ...emptyChange, removedAlerts: ["f1"], alerts: [{ ...alert, startsAtMs: 9 }] });

      expect((await store.load()).alerts).toEqual([{ ...alert, startsAtMs: 9 }]);
    });

    it("brings back records under their keys until they are removed", async () => {
      const silence = {
        id: "s1",
        matchers: [],
        startsAtMs: 1,
        endsAtMs: 9,
        updatedAtMs: 1,
        createdBy: "a",
        comment: "",
      };
      const records = ["silence/s1", "silence/s2"].map((key) => ({ key, kind: "silence", silence }) as const);
      const exception = { id: "o1", schedule: "ops", person: "a", fromMs: 1, toMs: 9, by: "b", comment: "swap" };
      const override = { key: "override/o1", kind: "override", override: exception } as const;
      const longer = { key: "silence/s1", kind: "silence", silence: { ...silence, endsAtMs: 20 } } as const;
      await store.commit({ ...emptyChange, records });
      await store.commit({
        ...emptyChange,
        records: [longer, override],
        removedRecords: ["silence/s2", "silence/unknown"],
      });
      await reopen();

      const { records: kept } = await store.load();
      expect(kept.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([override, longer]);
    });

    it("keeps incidents whole, finds them by their id, and lists the newest first", async () => {
      const step = { atMs: 0, notify: ["person/a"], until: "acknowledged" } as const;
      const policy = { id: "p1", title: "p1", steps: [step], repeatMs: 1, acknowledgementLastsMs: { critical: 2 } };
      const whole: Incident = {
        ...incidentOf("i1", "acknowledged"),
        escalation: { policy, severity: "critical", sinceMs: 1, round: 0, done: [0], pausedSinceMs: 2 },
        considered: 1,
        acknowledgement: { by: "A", person: "a", atMs: 3, untilMs: 4, isSnooze: true },
        assignee: "b",
        told: [{ receiver: "chat", recipient: "a", atMs: 1, knows: "2r" }],
      };
      const over: Incident = { ...incidentOf("i2", "resolved"), resolvedAtMs: whole.openedAtMs + 9 };
      await store.commit({ ...emptyChange, incidents: [whole, over] });
      await reopen();

      expect(await store.incident("i1")).toEqual(whole);
      expect(await store.incident("i3")).toBeUndefined();
      expect((await store.incidents(9)).map(({ id }) => id)).toEqual(["i2", "i1"]);
      expect((await store.incidents(1)).map(({ id }) => id)).toEqual(["i2"]);
    });

    it("loads a resolved incident only while a group names it", async () => {
      const group = { key: "g1", route: "r", receiver: "ops", labels: {}, members: [], nextFlushMs: 3, incident: "i1" };
      const incidents = [incidentOf("i1", "resolved"), incidentOf("i2", "resolved"), incidentOf("i3", "open")];
      await store.commit({ ...emptyChange, incidents, groups: [group] });
      await reopen();

      expect((await store.load()).incidents.map((each) => each.id).sort()).toEqual(["i1", "i3"]);
    });

    it("keeps missed ranges once each and finds those that touch the window", async () => {
      const range = { ...subject, fromSlotMs: baseMs, toSlotMs: baseMs + 100, count: 3, reason: "overload" } as const;
      const later = { ...range, fromSlotMs: baseMs + 200, toSlotMs: baseMs + 300, reason: "suspended" } as const;
      await store.commit({ ...emptyChange, missed: [later, range] });
      await store.commit({ ...emptyChange, missed: [range] });
      await reopen();

      expect(await store.missed(subject, baseMs + 100, baseMs + 200)).toEqual([range, later]);
      expect(await store.missed(subject, baseMs + 101, baseMs + 199)).toEqual([]);
    });

    it("gives the incidents that were open within a span, the newest change first", async () => {
      const open = (id: string, openedAtMs: number) => ({ ...incidentOf(id, "open"), openedAtMs });
      const over = (id: string, openedAtMs: number, resolvedAtMs: number) => ({
        ...incidentOf(id, "resolved"),
        openedAtMs,
        resolvedAtMs,
      });
      const incidents = [over("before", 1, 9), over("into", 1, 10), over("within", 12, 18), over("out of", 15, 25)];
      await store.commit({ ...emptyChange, incidents: [...incidents, open("going on", 5), open("after", 21)] });
      await reopen();

      const ids = async (limit: number) => (await store.incidentsBetween(10, 20, limit)).map(({ id }) => id);
      expect(await ids(10)).toEqual(["out of", "within", "into", "going on"]);
      expect(await ids(2)).toEqual(["out of", "within"]);
    });

    it("gives decisions of a subject in order, exact repetitions once", async () => {
      const decision = { atMs: 1, stage: "route", outcome: "pass", subject: "f1", because: "it matches" } as const;
      const other = { ...decision, stage: "silence", outcome: "mute", by: "s1" } as const;
      await store.commit({ ...emptyChange, decisions: [decision, other, { ...decision, subject: "f2" }] });
      await store.commit({ ...emptyChange, decisions: [decision] });
      await reopen();

      expect(await store.decisions("f1", 10)).toEqual([decision, other]);
      expect(await store.decisions("f1", 1)).toEqual([decision]);
      expect(await store.decisions("f1", 10, 2)).toEqual([]);
    });

    it("keeps every occurrence of an alert when the alert is gone, and finds it by fingerprint and by labels", async () => {
      const first = alertAt(1000, { status: "resolved", endsAtMs: 2000 });
      const second = alertAt(5000, { status: "resolved", endsAtMs: 6000 });
      const other = alertAt(3000, { fingerprint: "f2", labels: { service: "pay", check: 'a"b' } });
      await store.commit({ ...emptyChange, alerts: [alertAt(1000), other] });
      await store.commit({ ...emptyChange, removedAlerts: ["f1"], endedAlerts: [first] });
      await store.commit({ ...emptyChange, endedAlerts: [second, first] });
      await reopen();

      const all = { labels: {}, toMs: 9000, limit: 10 };
      expect(await store.alertHistory({ ...all, fingerprint: "f1" })).toEqual([second, first]);
      expect(await store.alertHistory(all)).toEqual([second, other, first]);
      expect(await store.alertHistory({ ...all, limit: 1 })).toEqual([second]);
      expect(await store.alertHistory({ ...all, toMs: 3000 })).toEqual([other, first]);
      expect(await store.alertHistory({ ...all, labels: { service: "pay", check: 'a"b' } })).toEqual([other]);
      expect(await store.alertHistory({ ...all, fingerprint: "f1", labels: { service: "pay" } })).toEqual([]);
    });

    it("rolls up verdicts and latencies, before and after packing", async () => {
      const results = [
        resultAt(baseMs, { durationMs: 4 }),
        downAt(baseMs + 60_000, { durationMs: 40_000 }),
        resultAt(baseMs + 120_000, { verdict: "unknown", durationMs: 99, findings: [] }),
        resultAt(baseMs + 300_000, { durationMs: 5 }),
      ];
      await store.commit({ ...emptyChange, results });
      const read = () => store.rollUps(subject, 300_000, baseMs, baseMs + hourMs);
      const before = await read();
      await pruneUntilDone(store, baseMs + 3 * hourMs);

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
      expect(await store.rollUps(subject, hourMs, baseMs, baseMs)).toMatchObject([{ up: 2, down: 1, unknown: 1 }]);
    });

    it("gives the same results after packing and opening again", async () => {
      const results = Array.from({ length: 150 }, (_, index) =>
        index % 40 === 7
          ? downAt(baseMs + index * 30_000)
          : resultAt(baseMs + index * 30_000, { durationMs: index / 7 }),
      );
      for (const result of results) await store.commit({ ...emptyChange, results: [result] });
      const before = await store.results(subject, 0, Infinity, 1000);
      await pruneUntilDone(store, baseMs + 70 * 60_000);
      const packed = await store.results(subject, 0, Infinity, 1000);
      await reopen();

      expect(packed).toEqual(before);
      expect(await store.results(subject, 0, Infinity, 1000)).toEqual(before);
      expect((await store.results(subject, baseMs + 31, baseMs + 100 * 30_000, 3)).map((each) => each.slotMs)).toEqual(
        [100, 99, 98].map((index) => baseMs + index * 30_000),
      );
      expect(before).toHaveLength(150);
    });

    it("refuses a change whose lease another holds, and writes nothing of it", async () => {
      const fence = { shard: 7, epoch: 5n, leaseId: "a" };
      expect(await store.commit({ ...emptyChange, fence, results: [resultAt(baseMs)] })).toBe("committed");
      const stale = [
        { ...fence, epoch: 4n },
        { ...fence, leaseId: "b" },
      ];
      for (const other of stale) {
        expect(await store.commit({ ...emptyChange, fence: other, results: [resultAt(baseMs + 1)] })).toBe("fenced");
      }
      await reopen();
      expect(await store.commit({ ...emptyChange, fence: stale[0] as typeof fence })).toBe("fenced");
      expect(await store.commit({ ...emptyChange, fence: { shard: 7, epoch: 6n, leaseId: "b" } })).toBe("committed");
      expect(await store.commit({ ...emptyChange, fence })).toBe("fenced");
      expect(await store.results(subject, 0, Infinity, 9)).toHaveLength(1);
    });

    describeOutbox(() => ({ store, reopen }));
    describeOrder(() => ({ store, reopen }));
    describeSeries(() => ({ store, clock, reopen }));
  });
}

/** Prunes in small steps until nothing is left to do. */
export async function pruneUntilDone(store: Store, nowMs: number): Promise<void> {
  for (let turn = 0; turn < 10_000; turn += 1) if ((await store.prune(nowMs, 1)) === "done") return;
  throw new Error("pruning does not end");
}

function ruleState(over: Partial<RuleState>): RuleState {
  return { rule: "r1", fingerprint: "f1", labels: { a: "b" }, status: "inactive", recent: [], ...over };
}

function incidentOf(id: string, status: "open" | "acknowledged" | "resolved") {
  return {
    id,
    groupKey: "g1",
    receiver: "ops",
    groupLabels: {},
    status,
    severity: "critical",
    openedAtMs: baseMs,
    members: ["f1"],
    timeline: [{ atMs: baseMs, kind: "opened", detail: "shop is down" }],
  } as const;
}
