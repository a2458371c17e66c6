/* oxlint-disable max-lines-per-function -- a suite is a test file that several test files share */
import { describe, expect, it } from "vitest";
import type { DeliveryOutcome } from "../../../src/core/alerting/notifier.ts";
import type { RowOutcome } from "../../../src/core/alerting/outbox.ts";
import { emptyChange, type Settling, type Store } from "../../../src/core/store.ts";
import { anAlert } from "../../support/samples/notifications.ts";
import { notification, outboxRow } from "../../support/samples/store-records.ts";

const delivered: DeliveryOutcome = { kind: "delivered", externalId: "x1", detail: "1 of 2", final: true };
const retryable = { kind: "retryable", reason: "http_503", detail: "busy", maybeDelivered: false } as const;
const rejected: DeliveryOutcome = { kind: "rejected", reason: "http_400", detail: "bad", scope: "message" };

type Setting = () => Readonly<{ store: Store; reopen(): Promise<void> }>;

function ended(outboxId: string, outcome: RowOutcome, retryAtMs?: number): Settling {
  return { ends: [{ outboxId, outcome, ...(retryAtMs === undefined ? {} : { retryAtMs }) }], follow: [] };
}

const warning = notification({ alerts: [anAlert({ labels: { severity: "warning" } })] });
const critical = notification({ alerts: [anAlert({ labels: { severity: "critical" } })] });

/** How rows wait and in which order they are leased. */
export function describeOutbox(setting: Setting): void {
  const lease = async (owner: string, nowMs: number, count = 10): Promise<readonly string[]> =>
    (await setting().store.leaseOutbox(owner, count, nowMs, 1000)).map((row) => row.id);

  describe("outbox", () => {
    it("leases a due row once, in the form it was committed", async () => {
      const row = outboxRow("a", { notBeforeMs: 50 });
      await setting().store.commit({ ...emptyChange, outbox: [row] });

      expect(await lease("one", 49)).toEqual([]);
      expect(await setting().store.leaseOutbox("one", 10, 50, 1000)).toEqual([row]);
      expect(await lease("two", 60)).toEqual([]);
    });

    it("ignores a second row with the same key, even when the first has ended", async () => {
      const { store, reopen } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a"), outboxRow("b", { dedupKey: "key-a" })] });
      expect(await lease("one", 0)).toEqual(["a"]);
      await store.settle("one", ended("a", delivered), 5);
      await reopen();
      await setting().store.commit({ ...emptyChange, outbox: [outboxRow("c", { dedupKey: "key-a" })] });

      expect(await lease("one", 10)).toEqual([]);
      expect((await setting().store.facts()).outboxPending).toBe(0);
    });

    it("gives rows of one incident together in order, and never past one that waits", async () => {
      const { store } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a"), outboxRow("b")] });
      expect(await lease("one", 0, 1)).toEqual(["a"]);
      expect(await lease("two", 0)).toEqual([]);
      await store.settle("one", ended("a", retryable, 500), 5);
      expect(await lease("one", 100)).toEqual([]);
      expect(await lease("one", 500)).toEqual(["a", "b"]);
      await store.settle("one", ended("b", { kind: "released" }, 700), 600);
      await store.settle("one", ended("a", rejected), 600);

      expect(await lease("one", 600)).toEqual([]);
      expect(await store.leaseOutbox("one", 1, 700, 1000)).toEqual([outboxRow("b", { notBeforeMs: 700 })]);
      expect(await store.deliveries(10)).toHaveLength(2);
    });

    it("tells what waits by receiver and endpoint, and since when", async () => {
      const { store, reopen } = setting();
      const made = (createdAtMs: number) => ({ notification: notification({ createdAtMs }) });
      const voice = { receiver: "voice", endpoint: "e#2" };
      const outbox = [outboxRow("a", made(7)), outboxRow("b", made(9)), outboxRow("c", { ...made(3), ...voice })];
      await store.commit({ ...emptyChange, outbox });
      await reopen();
      const ops = { receiver: "ops", endpoint: outboxRow("a").endpoint };
      expect((await setting().store.facts()).outboxBacklog).toEqual([
        { ...ops, count: 2, oldestMs: 7 },
        { ...voice, count: 1, oldestMs: 3 },
      ]);

      await lease("one", 0);
      await setting().store.settle("one", ended("a", delivered), 5);
      await setting().store.settle("one", ended("c", rejected), 5);
      expect((await setting().store.facts()).outboxBacklog).toEqual([{ ...ops, count: 1, oldestMs: 9 }]);
    });

    it("says what the last message about the incident is called at the destination, over restarts", async () => {
      const { store, reopen } = setting();
      const previousOf = async (id: string, nowMs: number) =>
        (await setting().store.leaseOutbox("one", 10, nowMs, 1)).find((row) => row.id === id)?.notification
          .previousExternalId;
      const noIncident = notification();
      delete (noIncident as { incident?: string }).incident;
      await store.commit({ ...emptyChange, outbox: [outboxRow("a"), outboxRow("g", { notification: noIncident })] });
      expect(await previousOf("a", 0)).toBeUndefined();
      await store.settle("one", ended("g", delivered), 1);
      await store.settle("one", ended("a", delivered), 1);
      const elsewhere = outboxRow("c", { notification: notification({ incident: "i2" }) });
      const none = outboxRow("d", { notification: noIncident });
      await store.commit({ ...emptyChange, outbox: [outboxRow("b"), elsewhere, none] });
      await reopen();

      expect(await previousOf("b", 10)).toBe("x1");
      expect(await previousOf("c", 20)).toBeUndefined();
      expect(await previousOf("d", 30)).toBeUndefined();
      expect(await previousOf("b", 40)).toBe("x1");
      await setting().store.settle("one", ended("b", { kind: "delivered", externalId: "x2", final: true }), 41);
      await setting().store.commit({ ...emptyChange, outbox: [outboxRow("e")] });
      expect(await previousOf("e", 50)).toBe("x2");
    });

    it("gives a row that is to be given up, whatever stands before it", async () => {
      const { store } = setting();
      const outbox = [outboxRow("a", { notBeforeMs: 900 }), outboxRow("b", { notBeforeMs: 500, giveUpAtMs: 100 })];
      await store.commit({ ...emptyChange, outbox });

      expect(await lease("one", 99)).toEqual([]);
      expect(await lease("one", 100)).toEqual(["b"]);
      expect(await lease("one", 100)).toEqual([]);
    });

    it("lets nothing wait for a row that is only to be given up, urgent or not", async () => {
      const urgent = outboxRow("a", { notification: critical, giveUpAtMs: 100 });
      const later = outboxRow("c", { receiver: "c", notBeforeMs: 500, giveUpAtMs: 100 });
      const behind = [outboxRow("b", { notification: warning }), outboxRow("d", { receiver: "c" })];
      await setting().store.commit({ ...emptyChange, outbox: [urgent, later, ...behind] });

      expect(await lease("one", 100)).toEqual(["a", "c", "b", "d"]);
    });

    it("gives urgent rows first, but keeps a quarter for the others", async () => {
      const outbox = ["a", "b", "c", "d", "e", "f"].map((id) =>
        outboxRow(id, { receiver: id, notification: id > "b" ? critical : warning }),
      );
      await setting().store.commit({ ...emptyChange, outbox });

      expect(await lease("one", 0, 4)).toEqual(["c", "d", "e", "a"]);
      expect(await lease("one", 0, 4)).toEqual(["f", "b"]);
    });

    it("hastens what waits before an urgent row of its incident, and calms what waits before the end", async () => {
      const { store } = setting();
      const ahead = outboxRow("a", { notification: warning, notBeforeMs: 500 });
      await store.commit({ ...emptyChange, outbox: [outboxRow("z", { receiver: "z", notification: warning }), ahead] });
      await store.commit({ ...emptyChange, outbox: [outboxRow("b", { notification: critical, notBeforeMs: 3 })] });
      expect(await lease("one", 3, 3)).toEqual(["a", "b", "z"]);
      for (const id of ["a", "b"]) await store.settle("one", ended(id, { kind: "released" }, 9), 4);
      expect(await lease("one", 9, 1)).toEqual(["a"]);
      await store.settle("one", ended("a", { kind: "released" }, 9), 9);

      await store.commit({
        ...emptyChange,
        outbox: [outboxRow("c", { notification: { ...warning, intent: "resolved" } })],
      });
      await store.commit({ ...emptyChange, outbox: [outboxRow("u", { receiver: "u", notification: critical })] });

      expect(await lease("one", 9, 4)).toEqual(["u", "a", "b", "c"]);
    });

    it("lets rows of other incidents, recipients and endpoints go past", async () => {
      const outbox = [
        outboxRow("a"),
        outboxRow("b", { notification: notification({ incident: "i2" }) }),
        outboxRow("c", { notification: notification({ recipient: "ann" }) }),
        outboxRow("d", { integration: 1 }),
        outboxRow("e", { receiver: "shop" }),
        outboxRow("f"),
      ];
      await setting().store.commit({ ...emptyChange, outbox });

      expect(await lease("one", 0, 3)).toEqual(["a", "b", "c"]);
      expect(await lease("one", 0)).toEqual(["d", "e"]);
    });

    it("gives an expired lease to another and says that it was begun before", async () => {
      const { store, reopen } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a")] });
      await lease("one", 0);
      await reopen();
      const [again] = await setting().store.leaseOutbox("two", 1, 1000, 1000);

      expect(again).toEqual(outboxRow("a", { startedBefore: true, isAbandoned: true }));
      expect(await setting().store.settle("one", ended("a", delivered), 1001)).toBe("lease_lost");
      expect(await setting().store.settle("two", ended("a", delivered), 1002)).toBe("settled");
      expect(await setting().store.settle("two", ended("a", delivered), 1003)).toBe("lease_lost");
      expect(await setting().store.deliveries(10)).toHaveLength(1);
    });
  });
}
