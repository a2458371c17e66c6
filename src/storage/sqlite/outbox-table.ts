import type { Statement } from "better-sqlite3";
import type { OutboxRow } from "../../core/outbox.ts";
import type { Settlement } from "../../core/store.ts";
import type { EpochMs } from "../../core/time.ts";
import { afterAttempt, destinationOf, recordOf } from "../outbox-book.ts";
import type { HistoryTables } from "./history-tables.ts";
import type { Session } from "./session.ts";

type WaitingRow = Readonly<{ seq: number; id: string; dedup_key: string; lease_owner: string | null; body: string }>;

/** Rows that wait to be sent, and the keys of those that have ended, so that none is sent again. */
export class OutboxTable {
  readonly #history: HistoryTables;
  readonly #insert: Statement;
  readonly #free: Statement<[EpochMs, EpochMs, number], WaitingRow>;
  readonly #lease: Statement;
  readonly #freeAll: Statement<[]>;
  readonly #find: Statement<[string], WaitingRow>;
  readonly #again: Statement;
  readonly #delete: Statement;
  readonly #end: Statement;
  readonly #count: Statement<[], { count: number }>;

  constructor({ db }: Session, history: HistoryTables) {
    this.#history = history;
    this.#insert = db.prepare(`
      INSERT OR IGNORE INTO outbox (id, dedup_key, destination, not_before_ms, lease_until_ms, body)
      SELECT @id, @dedupKey, @destination, @notBeforeMs, 0, @body
      WHERE NOT EXISTS (SELECT 1 FROM outbox_ended WHERE dedup_key = @dedupKey)`);
    this.#free = db.prepare(`
      SELECT seq, id, dedup_key, lease_owner, body FROM outbox AS waiting
      WHERE not_before_ms <= ? AND lease_until_ms <= ? AND NOT EXISTS (
        SELECT 1 FROM outbox AS earlier WHERE earlier.destination = waiting.destination AND earlier.seq < waiting.seq)
      ORDER BY seq LIMIT ?`);
    this.#lease = db.prepare("UPDATE outbox SET lease_owner = ?, lease_until_ms = ?, body = ? WHERE seq = ?");
    this.#freeAll = db.prepare("UPDATE outbox SET lease_until_ms = 0 WHERE lease_until_ms > 0");
    this.#find = db.prepare("SELECT seq, id, dedup_key, lease_owner, body FROM outbox WHERE id = ?");
    this.#again = db.prepare(
      "UPDATE outbox SET lease_owner = NULL, lease_until_ms = 0, not_before_ms = ?, body = ? WHERE seq = ?",
    );
    this.#delete = db.prepare("DELETE FROM outbox WHERE seq = ?");
    this.#end = db.prepare("INSERT OR IGNORE INTO outbox_ended (dedup_key, at_ms) VALUES (?, ?)");
    this.#count = db.prepare("SELECT count(*) AS count FROM outbox");
  }

  /** Adds a row unless its key is known. */
  add(row: OutboxRow): void {
    const { id, dedupKey, notBeforeMs } = row;
    this.#insert.run({ id, dedupKey, notBeforeMs, destination: destinationOf(row), body: JSON.stringify(row) });
  }

  /** True when some row is due and free. */
  hasDue(nowMs: EpochMs): boolean {
    return this.#free.get(nowMs, nowMs, 1) !== undefined;
  }

  lease(owner: string, count: number, nowMs: EpochMs, ttlMs: number): readonly OutboxRow[] {
    return this.#free.all(nowMs, nowMs, count).map((waiting) => {
      const stored = JSON.parse(waiting.body) as OutboxRow;
      const row = waiting.lease_owner === null ? stored : { ...stored, startedBefore: true };
      this.#lease.run(owner, nowMs + ttlMs, JSON.stringify(row), waiting.seq);
      return row;
    });
  }

  /** Ends all leases at once; who leases such a row next is told that it was begun before. */
  freeLeases(): void {
    this.#freeAll.run();
  }

  /** The attempt that the owner has under way, counted from 1; 0 when the lease is not its own. */
  attemptOf(id: string, owner: string): number {
    const waiting = this.#find.get(id);
    return waiting?.lease_owner === owner ? (JSON.parse(waiting.body) as OutboxRow).attempts + 1 : 0;
  }

  /** Ends the attempt and records it; a row that is unknown, or whose attempt is recorded, is left alone. */
  settle({ outboxId, attempt, outcome, atMs, notBeforeMs }: Settlement): void {
    const waiting = this.#find.get(outboxId);
    if (waiting === undefined) return;
    const row = JSON.parse(waiting.body) as OutboxRow;
    if (row.attempts + 1 !== attempt) return;
    this.#history.addDelivery(recordOf(row, outcome, atMs));
    const next = afterAttempt(row, outcome, notBeforeMs);
    if (next !== undefined) {
      this.#again.run(notBeforeMs, JSON.stringify(next), waiting.seq);
      return;
    }
    this.#delete.run(waiting.seq);
    this.#end.run(waiting.dedup_key, atMs);
  }

  get waitingCount(): number {
    return this.#count.get()?.count ?? 0;
  }
}
