import { describe, expect, it } from "vitest";
import type { Alert } from "../../../src/core/alerting/alert.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import { emptyChange, type Store } from "../../../src/core/store.ts";
import { anAlert } from "../../support/samples/notifications.ts";
import { notification, outboxRow } from "../../support/samples/store-records.ts";

type Setting = () => Readonly<{ store: Store; reopen(): Promise<void> }>;

const delivered = { kind: "delivered", final: true } as const;
const firing = anAlert({ labels: { severity: "warning" } });
const over = anAlert({ labels: { severity: "warning" }, status: "resolved", endsAtMs: firing.startsAtMs + 1 });
const again = { ...firing, startsAtMs: firing.startsAtMs + 2 };

function about(incident: string, alert: Alert, id: string, rest: Partial<OutboxRow> = {}): OutboxRow {
  const intent = alert.status === "firing" ? "firing" : "resolved";
  return outboxRow(id, { notification: notification({ incident, intent, alerts: [alert] }), ...rest });
}

/** In which order a reader hears of one alert that has several incidents. */
export function describeOrder(setting: Setting): void {
  const commit = (...outbox: readonly OutboxRow[]) => setting().store.commit({ ...emptyChange, outbox });
  const lease = async (nowMs: number): Promise<readonly string[]> =>
    (await setting().store.leaseOutbox("one", 10, nowMs, 1000)).map((row) => row.id);
  const deliver = (outboxId: string, nowMs: number) =>
    setting().store.settle("one", { ends: [{ outboxId, outcome: delivered }], follow: [] }, nowMs);

  describe("order of what is said of one alert", () => {
    it("keeps an end behind the beginning that another incident has brought, over restarts, and what stands behind the end, too", async () => {
      await commit(about("i1", firing, "begin", { notBeforeMs: 500 }), about("i2", over, "end"));
      await commit(outboxRow("behind", { notification: notification({ incident: "i2" }) }));
      expect(await lease(100)).toEqual([]);
      await setting().reopen();

      expect(await lease(500)).toEqual(["begin"]);
      expect(await lease(501)).toEqual([]);
      await deliver("begin", 502);
      expect(await lease(503)).toEqual(["end", "behind"]);
    });

    it("keeps a beginning behind the end of the time before", async () => {
      await commit(about("i1", over, "end"), about("i2", firing, "again"));

      expect(await lease(0)).toEqual(["end"]);
      await deliver("end", 1);
      expect(await lease(2)).toEqual(["again"]);
    });

    it("lets what fires again go past an end that was tried, and says of that end that it is past, over restarts", async () => {
      await commit(about("i0", firing, "begin"));
      await lease(0);
      await deliver("begin", 1);
      await commit(about("i1", over, "end"), about("i2", again, "again"));
      expect(await lease(2)).toEqual(["end"]);
      const outcome = { kind: "retryable", reason: "timeout", detail: "", maybeDelivered: true } as const;
      await setting().store.settle("one", { ends: [{ outboxId: "end", outcome, retryAtMs: 500 }], follow: [] }, 3);
      expect(await lease(4)).toEqual(["again"]);
      await deliver("again", 5);
      await setting().reopen();

      const [end] = await setting().store.leaseOutbox("two", 9, 500, 5);
      expect(end).toMatchObject({ id: "end", overtaken: [firing.fingerprint] });
      const dropped = { kind: "dropped", reason: "past", detail: "" } as const;
      await setting().store.settle("two", { ends: [{ outboxId: "end", outcome: dropped }], follow: [] }, 501);
      // That it has begun again is known still, whatever becomes of a repetition.
      await commit(about("i2", again, "repeated"));
      await setting().store.leaseOutbox("two", 9, 502, 5);
      const refused = { kind: "rejected", reason: "gone", detail: "", scope: "message" } as const;
      await setting().store.settle("two", { ends: [{ outboxId: "repeated", outcome: refused }], follow: [] }, 503);
      const last = about("i2", { ...over, startsAtMs: again.startsAtMs }, "last");
      await commit(last);
      expect(await setting().store.leaseOutbox("two", 9, 504, 5)).toEqual([last]);
    });

    it("takes a chat for one reader whoever is mentioned, and lets other readers, other alerts and repetitions go past", async () => {
      const later = { notBeforeMs: 500 };
      const other = anAlert({ fingerprint: "other", status: "resolved", endsAtMs: 1 });
      const mention = about("i1", firing, "mention", later);
      await commit({ ...mention, notification: { ...mention.notification, recipient: "ann" } });
      await commit(
        about("i4", firing, "repeat"),
        about("i2", over, "same"),
        about("i3", other, "alert"),
        about("i5", over, "reader", { receiver: "dev" }),
      );

      expect(await lease(0)).toEqual(["repeat", "alert", "reader"]);
    });

    it("lets an end go past a call that was taken", async () => {
      await commit(about("i1", firing, "call"));
      await lease(0);
      const accepted = { externalId: "CA1", atMs: 5, endpoint: "voice" };
      const ends = [{ outboxId: "call", outcome: { kind: "accepted" as const, accepted }, retryAtMs: 900 }];
      await setting().store.settle("one", { ends, follow: [] }, 5);
      await commit(about("i2", over, "end"));

      expect(await lease(6)).toEqual(["end"]);
    });

    it("hastens what has to be told before something critical", async () => {
      const critical = anAlert({ labels: { severity: "critical" } });
      await commit(about("i1", firing, "begin", { notBeforeMs: 500 }), about("i2", over, "end", { notBeforeMs: 600 }));
      await commit(about("i3", critical, "page", { notBeforeMs: 10 }));

      expect(await lease(10)).toEqual(["begin"]);
      await deliver("begin", 11);
      expect(await lease(11)).toEqual(["end"]);
      await deliver("end", 12);
      expect(await lease(12)).toEqual(["page"]);
    });

    it("gives a digest the place of the first of its rows, before an end that was said meanwhile", async () => {
      const other = anAlert({ fingerprint: "other", labels: { severity: "warning" } });
      await commit(about("i1", firing, "a"), about("i9", other, "b"));
      expect(await lease(0)).toEqual(["a", "b"]);
      await commit(about("i1", over, "end"));
      const alerts = [firing, other];
      const digest = outboxRow("digest", { notification: notification({ incident: "i0", alerts }), notBeforeMs: 50 });
      const ends = ["b", "a"].map((outboxId) => ({ outboxId, outcome: { kind: "digested" as const, into: "digest" } }));
      await setting().store.settle("one", { ends, follow: [digest] }, 1);

      expect(await lease(2)).toEqual([]);
      expect(await lease(50)).toEqual(["digest"]);
      await deliver("digest", 51);
      expect(await lease(52)).toEqual(["end"]);
    });

    it("lets nothing critical of an incident wait for the time of a digest that stands before it", async () => {
      const critical = anAlert({ fingerprint: "page", labels: { severity: "critical" } });
      await commit(about("i1", firing, "a"), about("i1", firing, "b"));
      await lease(0);
      await commit(about("i1", critical, "page"));
      const digest = about("i1", firing, "digest", { notBeforeMs: 500 });
      const ends = ["a", "b"].map((outboxId) => ({ outboxId, outcome: { kind: "digested" as const, into: "digest" } }));
      await setting().store.settle("one", { ends, follow: [digest] }, 1);

      expect(await lease(1)).toEqual(["digest", "page"]);
    });

    it("lets nothing critical wait for the time of a digest that says the end of its alert among those of others", async () => {
      const other = anAlert({ fingerprint: "other", status: "resolved", endsAtMs: 1 });
      const critical = anAlert({ labels: { severity: "critical" } });
      await commit(about("i1", over, "a"), about("i9", other, "b"));
      await lease(0);
      await commit(about("i2", critical, "page"));
      const digest = outboxRow("digest", {
        notification: notification({ incident: "i0", alerts: [over, other] }),
        notBeforeMs: 500,
      });
      const ends = ["b", "a"].map((outboxId) => ({ outboxId, outcome: { kind: "digested" as const, into: "digest" } }));
      await setting().store.settle("one", { ends, follow: [digest] }, 1);

      expect(await lease(1)).toEqual(["digest"]);
      await deliver("digest", 2);
      expect(await lease(2)).toEqual(["page"]);
    });
  });
}
