/* oxlint-disable max-lines-per-function -- a suite is a test file that several test files share */
import { describe, expect, it } from "vitest";
import type { DeliveryOutcome } from "../../../src/core/alerting/notifier.ts";
import type { RowOutcome } from "../../../src/core/alerting/outbox.ts";
import { emptyChange, type Settling, type Store } from "../../../src/core/store.ts";
import { outboxRow } from "../../support/samples/store-records.ts";

const delivered: DeliveryOutcome = { kind: "delivered", externalId: "x1", detail: "1 of 2", final: true };
const retryable = { kind: "retryable", reason: "http_503", detail: "busy", maybeDelivered: false } as const;

type Setting = () => Readonly<{ store: Store; reopen(): Promise<void> }>;

function ended(outboxId: string, outcome: RowOutcome, retryAtMs?: number): Settling {
  return { ends: [{ outboxId, outcome, ...(retryAtMs === undefined ? {} : { retryAtMs }) }], follow: [] };
}

/** What is kept of attempts. */
export function describeAttempts(setting: Setting): void {
  const lease = async (owner: string, nowMs: number, count = 10): Promise<readonly string[]> =>
    (await setting().store.leaseOutbox(owner, count, nowMs, 1000)).map((row) => row.id);

  describe("attempts of the outbox", () => {
    it("carries attempts and hints to the next attempt", async () => {
      const { store, reopen } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a")] });
      await lease("one", 0);
      await store.settle("one", ended("a", { ...retryable, next: "shorten" }, 20), 5);
      await lease("one", 20);
      await store.settle("one", ended("a", { ...retryable, next: "plain_text", maybeDelivered: true }, 40), 25);
      await reopen();

      const [row] = await setting().store.leaseOutbox("one", 1, 40, 1000);
      expect(row).toMatchObject({ attempts: 2, notBeforeMs: 40, startedBefore: true });
      expect(row?.notification).toMatchObject({ shorten: true, plainText: true });
    });

    it("records every attempt, newest first", async () => {
      const { store } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a")] });
      await lease("one", 0);
      await store.settle("one", ended("a", retryable, 6), 5);
      await lease("one", 6);
      await store.settle("one", ended("a", delivered), 7);

      const base = { outboxId: "a", receiver: "ops", endpoint: "https://chat.test", incident: "i1", intent: "firing" };
      expect(await store.deliveries(10)).toEqual([
        { ...base, atMs: 7, attempt: 2, outcome: "delivered", ended: true, externalId: "x1", detail: "1 of 2" },
        { ...base, atMs: 5, attempt: 1, outcome: "retryable", ended: false, reason: "http_503", detail: "busy" },
      ]);
      expect(await store.deliveries(1)).toHaveLength(1);
      expect(await store.deliveriesOf("i1", 10)).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
      expect(await store.deliveriesOf("i1", 1)).toMatchObject([{ attempt: 1 }]);
      expect(await store.deliveriesOf("i", 10)).toEqual([]);
    });

    it("gives of an incident the attempts of the digests that its messages came into, too", async () => {
      const { store } = setting();
      const digestOf = (id: string) => {
        const { incident: _several, ...notification } = outboxRow(id).notification;
        return { ...outboxRow(id), notification };
      };
      await store.commit({ ...emptyChange, outbox: [outboxRow("a")] });
      await lease("one", 0);
      const first = {
        ends: [{ outboxId: "a", outcome: { kind: "digested" as const, into: "d" } }],
        follow: [digestOf("d")],
      };
      await store.settle("one", first, 1);
      await lease("one", 2);
      const second = {
        ends: [{ outboxId: "d", outcome: { kind: "digested" as const, into: "e" } }],
        follow: [digestOf("e")],
      };
      await store.settle("one", second, 3);
      await lease("one", 4);
      await store.settle("one", ended("e", delivered), 5);

      const attempts = await store.deliveriesOf("i1", 10);
      expect(attempts.map(({ outboxId, outcome }) => `${outboxId} ${outcome}`)).toEqual([
        "a digested",
        "d digested",
        "e delivered",
      ]);
      expect(await store.deliveriesOf("i1", 2)).toHaveLength(2);
    });

    it("records an attempt once, however often it is told", async () => {
      const { store } = setting();
      const settlement = { outboxId: "a", attempt: 1, outcome: retryable, atMs: 9, retryAtMs: 10 };
      await store.commit({ ...emptyChange, outbox: [outboxRow("a")], settlements: [settlement] });
      await store.commit({ ...emptyChange, settlements: [settlement] });

      const [row] = await store.leaseOutbox("one", 1, 10, 1000);
      expect(row?.attempts).toBe(1);
      expect(await store.deliveries(10)).toHaveLength(1);
    });

    it("takes a row together with the attempt that has already ended it", async () => {
      const { store } = setting();
      const settlement = { outboxId: "a", attempt: 1, outcome: delivered, atMs: 9 };
      await store.commit({ ...emptyChange, outbox: [outboxRow("a"), outboxRow("b")], settlements: [settlement] });
      await store.commit({ ...emptyChange, settlements: [settlement, { ...settlement, outboxId: "never" }] });

      expect(await lease("one", 10)).toEqual(["b"]);
      expect(await store.deliveries(10)).toHaveLength(1);
    });
  });
}
