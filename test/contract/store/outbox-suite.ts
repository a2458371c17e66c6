/* oxlint-disable max-lines-per-function -- a suite is a test file that several test files share */
import { describe, expect, it } from "vitest";
import type { DeliveryOutcome } from "../../../src/core/notifier.ts";
import { emptyChange, type Store } from "../../../src/core/store.ts";
import { notification, outboxRow } from "../../support/store-records.ts";

const delivered: DeliveryOutcome = { kind: "delivered", externalId: "x1", detail: "1 of 2", final: true };
const retryable = { kind: "retryable", reason: "http_503", detail: "busy", maybeDelivered: false } as const;
const rejected: DeliveryOutcome = { kind: "rejected", reason: "http_400", detail: "bad", scope: "message" };

type Setting = () => Readonly<{ store: Store; reopen(): Promise<void> }>;

/** How rows wait, are leased and end. */
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
      await store.settle("a", "one", delivered, 5, 0);
      await reopen();
      await setting().store.commit({ ...emptyChange, outbox: [outboxRow("c", { dedupKey: "key-a" })] });

      expect(await lease("one", 10)).toEqual([]);
      expect((await setting().store.facts()).outboxPending).toBe(0);
    });

    it("holds a later row of one incident back until the earlier one has ended", async () => {
      const { store } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a"), outboxRow("b")] });
      expect(await lease("one", 0)).toEqual(["a"]);
      expect(await lease("two", 0)).toEqual([]);
      await store.settle("a", "one", retryable, 5, 500);
      expect(await lease("one", 100)).toEqual([]);
      expect(await lease("one", 500)).toEqual(["a"]);
      await store.settle("a", "one", rejected, 600, 0);

      expect(await lease("one", 600)).toEqual(["b"]);
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

      expect(again).toEqual(outboxRow("a", { startedBefore: true }));
      expect(await setting().store.settle("a", "one", delivered, 1001, 0)).toBe("lease_lost");
      expect(await setting().store.settle("a", "two", delivered, 1002, 0)).toBe("settled");
      expect(await setting().store.settle("a", "two", delivered, 1003, 0)).toBe("lease_lost");
      expect(await setting().store.deliveries(10)).toHaveLength(1);
    });

    it("carries attempts and hints to the next attempt", async () => {
      const { store, reopen } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a")] });
      await lease("one", 0);
      await store.settle("a", "one", { ...retryable, next: "shorten" }, 5, 20);
      await lease("one", 20);
      await store.settle("a", "one", { ...retryable, next: "plain_text", maybeDelivered: true }, 25, 40);
      await reopen();

      const [row] = await setting().store.leaseOutbox("one", 1, 40, 1000);
      expect(row).toMatchObject({ attempts: 2, notBeforeMs: 40, startedBefore: true });
      expect(row?.notification).toMatchObject({ shorten: true, plainText: true });
    });

    it("records every attempt, newest first", async () => {
      const { store } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a")] });
      await lease("one", 0);
      await store.settle("a", "one", retryable, 5, 6);
      await lease("one", 6);
      await store.settle("a", "one", delivered, 7, 0);

      const base = { outboxId: "a", receiver: "ops", endpoint: "https://chat.test" };
      expect(await store.deliveries(10)).toEqual([
        { ...base, atMs: 7, attempt: 2, outcome: "delivered", externalId: "x1", detail: "1 of 2" },
        { ...base, atMs: 5, attempt: 1, outcome: "retryable", reason: "http_503", detail: "busy" },
      ]);
      expect(await store.deliveries(1)).toHaveLength(1);
    });

    it("records an attempt once, however often it is told", async () => {
      const { store } = setting();
      const settlement = { outboxId: "a", attempt: 1, outcome: retryable, atMs: 9, notBeforeMs: 10 };
      await store.commit({ ...emptyChange, outbox: [outboxRow("a")], settlements: [settlement] });
      await store.commit({ ...emptyChange, settlements: [settlement] });

      const [row] = await store.leaseOutbox("one", 1, 10, 1000);
      expect(row?.attempts).toBe(1);
      expect(await store.deliveries(10)).toHaveLength(1);
    });

    it("takes a row together with the attempt that has already ended it", async () => {
      const { store } = setting();
      const settlement = { outboxId: "a", attempt: 1, outcome: delivered, atMs: 9, notBeforeMs: 0 };
      await store.commit({ ...emptyChange, outbox: [outboxRow("a"), outboxRow("b")], settlements: [settlement] });
      await store.commit({ ...emptyChange, settlements: [settlement, { ...settlement, outboxId: "never" }] });

      expect(await lease("one", 10)).toEqual(["b"]);
      expect(await store.deliveries(10)).toHaveLength(1);
    });
  });
}
