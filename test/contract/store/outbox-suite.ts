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
const critical = notification({ alerts: [anAlert({ labels: { severity: "critical" } })] });

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
