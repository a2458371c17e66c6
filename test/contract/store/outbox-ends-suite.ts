/* oxlint-disable max-lines-per-function -- a suite is a test file that several test files share */
import { beforeEach, describe, expect, it } from "vitest";
import type { Alert } from "../../../src/core/alerting/alert.ts";
import type { DeliveryOutcome } from "../../../src/core/alerting/notifier.ts";
import type { OutboxRow, RowOutcome } from "../../../src/core/alerting/outbox.ts";
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

/** What becomes of rows that were sent, and what follows. */
export function describeEnds(setting: Setting): void {
  const lease = async (owner: string, nowMs: number, count = 10): Promise<readonly string[]> =>
    (await setting().store.leaseOutbox(owner, count, nowMs, 1000)).map((row) => row.id);

  describe("ends of the outbox", () => {
    it("keeps what an endpoint has taken, in nobody's way, until it is known what became of it", async () => {
      const { store, reopen } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a"), outboxRow("b")] });
      expect(await lease("one", 0, 1)).toEqual(["a"]);
      const accepted = { externalId: "CA1", atMs: 5, endpoint: "voice", detail: "to +86138****1234" };
      await store.settle("one", ended("a", { kind: "accepted", accepted }, 500), 5);

      expect(await store.facts()).toMatchObject({ outboxPending: 1, outboxBacklog: [{ count: 1 }] });
      expect(await lease("one", 100)).toEqual(["b"]);
      expect(await store.deliveries(10)).toMatchObject([
        { outboxId: "a", outcome: "accepted", ended: false, externalId: "CA1", detail: "to +86138****1234" },
      ]);
      await reopen();
      expect(await setting().store.leaseOutbox("two", 10, 500, 1000)).toMatchObject([
        { id: "a", attempts: 1, accepted },
      ]);
      await setting().store.settle("two", ended("a", { kind: "released" }, 600), 510);
      expect(await lease("two", 600)).toEqual(["a"]);
      await setting().store.settle("two", ended("a", rejected), 610);

      expect(await lease("two", 700)).toEqual([]);
      expect((await setting().store.deliveries(10)).map(({ outboxId, attempt }) => `${outboxId} ${attempt}`)).toEqual([
        "a 2",
        "a 1",
      ]);
    });

    it("says of an end that its beginning was not heard where the message was taken and did not arrive", async () => {
      const { store } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a", { notification: warning })] });
      await lease("one", 0);
      const accepted = { externalId: "CA1", atMs: 5, endpoint: "voice" };
      await store.settle("one", ended("a", { kind: "accepted", accepted }, 10), 5);
      await lease("one", 10);
      // The lease runs out as in a crash: what was taken is asked after, not sent again.
      await lease("two", 2000);
      await store.settle("two", ended("a", rejected), 2010);
      const over = notification({ intent: "resolved", alerts: [anAlert({ status: "resolved", endsAtMs: 9 })] });
      await store.commit({ ...emptyChange, outbox: [outboxRow("z", { notification: over })] });

      expect(await store.leaseOutbox("two", 10, 3000, 1000)).toMatchObject([
        { id: "z", unheard: [anAlert().fingerprint] },
      ]);
    });

    it("counts what attempts have spent, once each, also those that are recorded without asking for a lease", async () => {
      const { store, reopen } = setting();
      const spend = { endpoint: "sms", day: "2026-11-23" };
      const ids = ["a", "b", "c", "d"];
      await store.commit({ ...emptyChange, outbox: ids.map((id) => outboxRow(id)) });
      await lease("one", 0);
      const endOf = (outboxId: string, outcome: RowOutcome = delivered) => ({ outboxId, outcome, spend });
      await store.settle("one", { ends: [{ ...endOf("a", retryable), retryAtMs: 500 }], follow: [] }, 5);
      await store.settle("one", { ends: [endOf("b")], follow: [] }, 5);
      expect(await store.settle("one", { ends: [endOf("b")], follow: [] }, 5)).toBe("lease_lost");
      const settlement = { ...endOf("c"), spend: { ...spend, day: "2026-12-01" }, attempt: 1, atMs: 6 };
      await store.commit({ ...emptyChange, settlements: [settlement, settlement] });
      await store.settle("one", { ends: [{ ...endOf("d"), spend: { ...spend, endpoint: "call" } }], follow: [] }, 7);
      await lease("one", 500);
      const released = endOf("a", { kind: "released" });
      await store.settle("one", { ends: [{ ...released, retryAtMs: 600 }], follow: [] }, 501);
      await reopen();

      expect(await setting().store.spending("2026-11-23")).toEqual([
        { endpoint: "call", day: "2026-11-23", count: 1 },
        { ...spend, count: 3 },
        { ...spend, day: "2026-12-01", count: 1 },
      ]);
      expect(await setting().store.spending("2026-11-24")).toEqual([{ ...spend, day: "2026-12-01", count: 1 }]);
    });

    it("commits what follows with the end that caused it, once", async () => {
      const { store } = setting();
      await store.commit({ ...emptyChange, outbox: [outboxRow("a"), outboxRow("b", { receiver: "dev" })] });
      await lease("one", 0);
      const follow = [outboxRow("next", { receiver: "voice" })];
      const ends = [
        { outboxId: "a", outcome: rejected },
        { outboxId: "b", outcome: { kind: "digested", into: "next" } as const },
      ];
      expect(await store.settle("two", { ends, follow }, 5)).toBe("lease_lost");
      expect(await lease("one", 6)).toEqual([]);

      expect(await store.settle("one", { ends, follow }, 5)).toBe("settled");
      expect(await store.settle("one", { ends, follow }, 5)).toBe("lease_lost");
      await store.commit({ ...emptyChange, outbox: follow });

      expect(await lease("one", 6)).toEqual(["next"]);
      expect(await lease("one", 6)).toEqual([]);
      expect(await store.deliveries(10)).toMatchObject([
        { outboxId: "b", outcome: "digested", detail: "digested into next", ended: true },
        { outboxId: "a", outcome: "rejected", ended: true },
      ]);
    });

    describe("beginnings", () => {
      const alert = anAlert({ startsAtMs: 0, labels: { severity: "warning" } });
      const over = { ...alert, status: "resolved", endsAtMs: 1 } as const;
      const warning = notification({ alerts: [alert] });
      const begin = (id: string, rest: Partial<OutboxRow> = {}) => outboxRow(id, { notification: warning, ...rest });
      const end = (id: string, rest: Partial<OutboxRow> = {}) =>
        outboxRow(id, { notification: { ...warning, intent: "resolved", alerts: [over] }, ...rest });
      const toldTo = (recipient: string) => ({ ...warning, recipient });
      let nowMs = 0;
      /** Commits a row and ends it. */
      const pass = async (row: OutboxRow, outcome: RowOutcome) => {
        nowMs += 10;
        await setting().store.commit({ ...emptyChange, outbox: [row] });
        await setting().store.leaseOutbox("one", 9, nowMs, 5);
        await setting().store.settle("one", ended(row.id, outcome), nowMs);
      };
      /** What the store says of an end at its lease. */
      const unheardOf = async (row: OutboxRow) => {
        nowMs += 10;
        await setting().store.commit({ ...emptyChange, outbox: [row] });
        const leased = await setting().store.leaseOutbox("one", 9, nowMs, 5);
        return leased.find(({ id }) => id === row.id)?.unheard;
      };
      beforeEach(() => {
        nowMs = 0;
      });

      it("says of an end that its beginning never arrived, over restarts, until the end was told", async () => {
        await pass(begin("a"), rejected);
        await setting().reopen();
        expect(await unheardOf(end("b"))).toEqual([over.fingerprint]);
        await setting().store.settle("one", ended("b", { kind: "dropped", reason: "not_told", detail: "d" }), nowMs);

        expect(await unheardOf(end("c"))).toBeUndefined();
      });

      it("says so of the end, too, when news of the incident has named it before", async () => {
        await pass(begin("a"), rejected);
        const story = { news: { kind: "taken", who: "Li" } } as const;
        const news = end("b", { notification: { ...end("b").notification, intent: "update", story } });
        expect(await unheardOf(news)).toEqual([over.fingerprint]);
        await setting().store.settle("one", ended("b", { kind: "dropped", reason: "not_told", detail: "d" }), nowMs);

        expect(await unheardOf(end("c"))).toEqual([over.fingerprint]);
      });

      it("remembers that a beginning arrived when its repetition does not, also of what fires anew before its end was told", async () => {
        await pass(begin("a"), delivered);
        await setting().reopen();
        const anew = { ...warning, alerts: [{ ...alert, startsAtMs: nowMs + 5 }] };
        await pass(begin("b", { notification: anew }), rejected);
        expect(await unheardOf(end("c"))).toBeUndefined();
        await setting().store.settle("one", ended("c", delivered), nowMs);

        await pass(begin("d"), rejected);
        expect(await unheardOf(end("e"))).toEqual([over.fingerprint]);
      });

      it("says of the end of a later time that it never began there, also behind the end of the time before", async () => {
        const later = (alerts: readonly Alert[]) => ({
          ...warning,
          alerts: alerts.map((each) => ({ ...each, startsAtMs: 7 })),
        });
        await pass(begin("a"), delivered);
        await pass(begin("b", { notification: later([alert]) }), rejected);
        await setting().reopen();
        expect(await unheardOf(end("c"))).toBeUndefined();
        await setting().store.settle("one", ended("c", delivered), nowMs);

        expect(await unheardOf(end("d", { notification: later([over]) }))).toEqual([over.fingerprint]);
      });

      it("says nothing of an end after a message that may have arrived", async () => {
        await pass(begin("a", { startedBefore: true }), rejected);

        expect(await unheardOf(end("b"))).toBeUndefined();
      });

      it("says nothing of an end after a digest that was not told, where a message of it may have arrived before", async () => {
        await pass(begin("a", { startedBefore: true }), { kind: "digested", into: "d" });
        await pass(begin("b"), { kind: "digested", into: "d" });
        await pass(begin("d"), { kind: "dropped", reason: "past", detail: "over" });

        expect(await unheardOf(end("e"))).toBeUndefined();
      });

      it("says nothing of an end where an attempt before the one that was taken may have arrived", async () => {
        const accepted = { externalId: "CA1", atMs: 5, endpoint: "voice" };
        const row = begin("a", { startedBefore: true });
        await setting().store.commit({ ...emptyChange, outbox: [row] });
        await setting().store.leaseOutbox("one", 9, 5, 5);
        await setting().store.settle("one", ended("a", { kind: "accepted", accepted }, 10), 5);
        await setting().store.leaseOutbox("one", 9, 10, 5);
        await setting().store.settle("one", ended("a", rejected), 10);
        nowMs = 10;

        expect(await unheardOf(end("b"))).toBeUndefined();
      });

      it("does not say so while it is not known what became of the message, also where an earlier one did not arrive", async () => {
        await pass(begin("a"), rejected);
        nowMs += 10;
        await setting().store.commit({ ...emptyChange, outbox: [begin("b")] });
        await setting().store.leaseOutbox("one", 9, nowMs, 5);
        const accepted = { externalId: "CA1", atMs: nowMs, endpoint: "voice" };
        await setting().store.settle("one", ended("b", { kind: "accepted", accepted }, 1000), nowMs);

        expect(await unheardOf(end("c"))).toBeUndefined();
      });

      it("takes a chat for one reader whoever is addressed there, and each person for one where they read alone", async () => {
        await pass(begin("a", { notification: toldTo("li") }), rejected);
        expect(await unheardOf(end("b"))).toEqual([over.fingerprint]);

        await pass(begin("c", { receiver: "mail", isPersonal: true, notification: toldTo("li") }), rejected);
        const mailTo = (id: string, recipient: string) =>
          end(id, { receiver: "mail", isPersonal: true, notification: { ...end(id).notification, recipient } });
        expect(await unheardOf(mailTo("d", "li"))).toEqual([over.fingerprint]);
        expect(await unheardOf(mailTo("e", "wang"))).toBeUndefined();
      });
    });
  });
}
