import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutboxRow, RowEnd } from "../../../src/core/alerting/outbox.ts";
import { emptyChange, type Settling, type Store } from "../../../src/core/store.ts";
import { openTestStore } from "../../support/daemons/sqlite-setting.ts";
import { FakeClock } from "../../support/fakes/fake-clock.ts";
import { MemoryStore } from "../../support/fakes/memory-store.ts";
import { anAlert } from "../../support/samples/notifications.ts";
import { notification, outboxRow } from "../../support/samples/store-records.ts";
import { runs } from "../../support/story/runs.ts";

const saying = fc.record({
  do: fc.constant("say" as const),
  incident: fc.nat(2),
  receiver: fc.nat(1),
  mentions: fc.boolean(),
  alert: fc.nat(2),
  isOver: fc.boolean(),
  isCritical: fc.boolean(),
  waitMs: fc.constantFrom(0, 0, 5, 40),
  livesMs: fc.constantFrom(30, 1000, 1000),
});
const leasing = fc.record({ do: fc.constant("lease" as const), count: fc.constantFrom(1, 3, 20), passMs: fc.nat(12) });
const ends = ["delivered", "rejected", "retry", "release", "accept", "join"] as const;
const ending = fc.record({ do: fc.constant("end" as const), which: fc.nat(9), as: fc.constantFrom(...ends) });
const deeds = fc.array(
  fc.oneof({ weight: 4, arbitrary: saying }, { weight: 4, arbitrary: leasing }, { weight: 4, arbitrary: ending }),
  { maxLength: 40, size: "max" },
);
type Deed = Saying | Readonly<{ do: "lease"; count: number; passMs: number }> | Ending;
type Saying = typeof saying extends fc.Arbitrary<infer T> ? T : never;
type Ending = Readonly<{ do: "end"; which: number; as: (typeof ends)[number] }>;

function rowOf(
  { incident, receiver, mentions, alert, isOver, isCritical, ...times }: Saying,
  id: string,
  nowMs: number,
) {
  const labels = { severity: isCritical ? "critical" : "warning" };
  const status = isOver ? ({ status: "resolved", endsAtMs: nowMs } as const) : {};
  const said = notification({
    id: `n-${id}`,
    incident: `i${incident}`,
    intent: isOver ? "resolved" : "firing",
    alerts: [anAlert({ fingerprint: `a${alert}`, startsAtMs: isOver ? nowMs - 20 : nowMs, labels, ...status })],
    ...(mentions ? { recipient: "ann" } : {}),
  });
  const until = { notBeforeMs: nowMs + times.waitMs, giveUpAtMs: nowMs + times.waitMs + times.livesMs };
  return outboxRow(id, { receiver: `r${receiver}`, notification: said, ...until });
}

/** Plays the same on a store as on any other; returns all that it leased and how it answered. */
class Player {
  readonly seen: unknown[] = [];
  readonly #store: Store;
  #nowMs = 100;
  #count = 0;
  #leased: readonly OutboxRow[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  async play(deed: Deed): Promise<void> {
    if (deed.do === "say")
      await this.#store.commit({ ...emptyChange, outbox: [rowOf(deed, this.#next(), this.#nowMs)] });
    else if (deed.do === "lease") await this.#lease(deed.count, deed.passMs);
    else await this.#end(deed);
  }

  async #lease(count: number, passMs: number): Promise<void> {
    this.#nowMs += passMs;
    const rows = await this.#store.leaseOutbox("one", count, this.#nowMs, 60);
    this.seen.push(rows);
    this.#leased = [...this.#leased.filter(({ id }) => rows.every((row) => row.id !== id)), ...rows];
  }

  async #end({ which, as }: Ending): Promise<void> {
    const row = this.#leased[which % Math.max(1, this.#leased.length)];
    if (row === undefined) return;
    const settling = as === "join" ? this.#joining(row) : { ends: [this.#endOf(row, as)], follow: [] };
    const ended = new Set(settling.ends.map(({ outboxId }) => outboxId));
    this.#leased = this.#leased.filter(({ id }) => !ended.has(id));
    this.seen.push(await this.#store.settle("one", settling, this.#nowMs));
  }

  #endOf({ id, giveUpAtMs }: OutboxRow, as: Exclude<Ending["as"], "join">): RowEnd {
    const [outboxId, retryAtMs] = [id, Math.min(this.#nowMs + 7, giveUpAtMs)];
    if (as === "delivered") return { outboxId, outcome: { kind: "delivered", final: true } };
    if (as === "release") return { outboxId, outcome: { kind: "released" }, retryAtMs };
    if (as === "rejected")
      return { outboxId, outcome: { kind: "rejected", reason: "gone", detail: "", scope: "message" } };
    if (as === "retry")
      return { outboxId, outcome: { kind: "retryable", reason: "busy", detail: "", maybeDelivered: true }, retryAtMs };
    const accepted = { externalId: `x-${id}`, atMs: this.#nowMs, endpoint: "e" };
    return { outboxId, outcome: { kind: "accepted", accepted }, retryAtMs };
  }

  /** What is leased of one receiver becomes one message. */
  #joining({ receiver }: OutboxRow): Settling {
    const rows = this.#leased.filter((row) => row.receiver === receiver && row.accepted === undefined);
    const [first] = rows;
    if (first === undefined) return { ends: [], follow: [] };
    const alerts = rows.flatMap((row) => row.notification.alerts);
    const id = this.#next();
    const joined = { ...first.notification, id: `n-${id}`, incident: "several", alerts };
    const digest = outboxRow(id, { receiver, notification: joined, notBeforeMs: this.#nowMs + 3, giveUpAtMs: 10_000 });
    return {
      ends: rows.map((row) => ({ outboxId: row.id, outcome: { kind: "digested", into: id } })),
      follow: [digest],
    };
  }

  #next(): string {
    this.#count += 1;
    return `row-${this.#count}`;
  }
}

describe("contract/store, the outbox in memory and in the database", () => {
  it("gives the same rows in the same order, whatever is said, leased and ended", async () => {
    await fc.assert(
      fc.asyncProperty(deeds, async (steps) => {
        const clock = new FakeClock();
        const { store } = openTestStore({ clock });
        const [memory, database] = [new Player(new MemoryStore(clock)), new Player(store)];
        for (const step of steps) {
          await memory.play(step);
          await database.play(step);
        }
        await store.close();

        expect(database.seen).toEqual(memory.seen);
      }),
      runs(8),
    );
  });
});
