/* oxlint-disable max-lines-per-function -- a suite is a test file that several test files share */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Alert } from "../../../src/core/alerting/alert.ts";
import type { Incident } from "../../../src/core/alerting/incident.ts";
import type { RuleState } from "../../../src/core/alerting/rule-kind.ts";
import { emptyChange, type Store } from "../../../src/core/store.ts";
import { FakeClock } from "../../support/fakes/fake-clock.ts";
import { resultAt, subject } from "../../support/samples/store-records.ts";
import { describeHistory } from "./history-suite.ts";
import { describeOrder } from "./order-suite.ts";
import { describeAttempts } from "./outbox-attempts-suite.ts";
import { describeEnds } from "./outbox-ends-suite.ts";
import { describeOutbox } from "./outbox-suite.ts";
import { describeSeries } from "./series-suite.ts";
import { baseMs, checkState } from "./store-ground.ts";

/** A store under test; `reopen` closes it and opens the same data again (a store in memory returns itself). */
export type StoreSetting = { store: Store; reopen(): Promise<Store>; dispose(): Promise<void> };
export type OpenSetting = (clock: FakeClock) => Promise<StoreSetting>;

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

    it("loads incidents in the order in which they opened, whatever their ids and whichever changed last", async () => {
      const group = { key: "g1", route: "r", receiver: "ops", labels: {}, members: [], nextFlushMs: 3, incident: "i2" };
      const incidents = ["i3", "i2", "i4", "i1"].map((id) => incidentOf(id, "open"));
      await store.commit({ ...emptyChange, incidents, groups: [group] });
      await store.commit({
        ...emptyChange,
        incidents: [incidentOf("i3", "acknowledged"), incidentOf("i2", "resolved")],
      });
      await reopen();

      expect((await store.load()).incidents.map(({ id }) => id)).toEqual(["i3", "i2", "i4", "i1"]);
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

    describeHistory(() => ({ store, reopen }));
    describeOutbox(() => ({ store, reopen }));
    describeEnds(() => ({ store, reopen }));
    describeAttempts(() => ({ store, reopen }));
    describeOrder(() => ({ store, reopen }));
    describeSeries(() => ({ store, clock, reopen }));
  });
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
