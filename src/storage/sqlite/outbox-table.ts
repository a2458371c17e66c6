import type { Statement } from "better-sqlite3";
import { destinationOf, isEndRow, isUrgentRow, type OutboxRow } from "../../core/alerting/outbox.ts";
import type { OutboxBacklog, Settlement } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { afterAttempt, chooseDue, recordOf } from "../row-outcome.ts";
import { BeginningsTable } from "./beginnings-table.ts";
import { ClaimsTable } from "./claims-table.ts";
import type { HistoryTables } from "./history-tables.ts";
import type { Session } from "./session.ts";
import { SpendingTable } from "./spending-table.ts";
import { ThreadsTable } from "./threads-table.ts";

type WaitingRow = Readonly<{
  seq: number;
  id: string;
  dedup_key: string;
  destination: string;
  not_before_ms: EpochMs;
  urgent: number;
  lease_owner: string | null;
  body: string;
}>;

type Due = Readonly<{ nowMs: EpochMs; count: number }>;
type Free = Statement<[Due & Readonly<{ after: number }>], WaitingRow>;

const mostPlaces = 1000;
const waitingColumns = "seq, id, dedup_key, destination, not_before_ms, urgent, lease_owner, body";

/** Rows that wait to be sent, and the keys of those that have ended, so that none is sent again. */
export class OutboxTable {
  readonly #history: HistoryTables;
  readonly #beginnings: BeginningsTable;
  readonly #threads: ThreadsTable;
  readonly #claims: ClaimsTable;
  readonly spending: SpendingTable;
  readonly #insert: Statement;
  readonly #hasten: Statement;
  readonly #calm: Statement;
  readonly #overdue: Statement<[Due], WaitingRow>;
  readonly #freeUrgent: Free;
  readonly #freeOrdinary: Free;
  readonly #anyDue: Statement<[EpochMs, EpochMs]>;
  readonly #lease: Statement;
  readonly #freeAll: Statement<[]>;
  readonly #find: Statement<[string], WaitingRow>;
  readonly #again: Statement;
  readonly #delete: Statement;
  readonly #move: Statement;
  readonly #urgentBehind: Statement<[string, number]>;
  readonly #end: Statement;
  readonly #backlog: Statement<[], OutboxBacklog>;
  readonly #count: Statement<[], { count: number }>;

  constructor(session: Session, history: HistoryTables) {
    const { db } = session;
    this.#history = history;
    this.#beginnings = new BeginningsTable(session);
    this.#threads = new ThreadsTable(session);
    this.#claims = new ClaimsTable(session);
    this.spending = new SpendingTable(session);
    this.#insert = db.prepare(`
      INSERT OR IGNORE INTO outbox (id, dedup_key, destination, not_before_ms, lease_until_ms, urgent, give_up_ms, body)
      SELECT @id, @dedupKey, @destination, @notBeforeMs, 0, @urgent, @giveUpAtMs, @body
      WHERE NOT EXISTS (SELECT 1 FROM outbox_ended WHERE dedup_key = @dedupKey)`);
    this.#hasten = db.prepare(
      "UPDATE outbox SET urgent = 1, not_before_ms = min(not_before_ms, ?) WHERE destination = ? AND urgent = 0",
    );
    this.#calm = db.prepare("UPDATE outbox SET urgent = 0 WHERE destination = ? AND urgent = 1");
    this.#overdue = db.prepare(`
      SELECT ${waitingColumns} FROM outbox WHERE seq IN (
        SELECT seq FROM outbox WHERE give_up_ms <= @nowMs AND lease_until_ms <= @nowMs ORDER BY seq LIMIT @count)
      ORDER BY seq`);
    this.#freeUrgent = db.prepare(`
      SELECT ${waitingColumns} FROM outbox AS waiting
      WHERE seq > @after AND urgent = 1 AND give_up_ms > @nowMs AND not_before_ms <= @nowMs AND lease_until_ms <= @nowMs
      AND ${noneBefore("FALSE")} ORDER BY seq LIMIT @count`);
    this.#freeOrdinary = db.prepare(`
      SELECT ${waitingColumns} FROM outbox AS waiting
      WHERE seq > @after AND urgent = 0 AND give_up_ms > @nowMs AND not_before_ms <= @nowMs AND lease_until_ms <= @nowMs
      AND ${noneBefore("earlier.urgent = 1")} ORDER BY seq LIMIT @count`);
    this.#anyDue = db.prepare(
      "SELECT 1 FROM outbox WHERE min(not_before_ms, give_up_ms) <= ? AND lease_until_ms <= ? LIMIT 1",
    );
    this.#lease = db.prepare("UPDATE outbox SET lease_owner = ?, lease_until_ms = ?, body = ? WHERE seq = ?");
    this.#freeAll = db.prepare("UPDATE outbox SET lease_until_ms = 0 WHERE lease_until_ms > 0");
    this.#find = db.prepare(`SELECT ${waitingColumns} FROM outbox WHERE id = ?`);
    this.#again = db.prepare(
      "UPDATE outbox SET lease_owner = NULL, lease_until_ms = 0, not_before_ms = ?, destination = ?, body = ? WHERE seq = ?",
    );
    this.#delete = db.prepare("DELETE FROM outbox WHERE seq = ?");
    this.#move = db.prepare("UPDATE outbox SET seq = ? WHERE seq = ?");
    this.#urgentBehind = db.prepare("SELECT 1 FROM outbox WHERE destination = ? AND seq > ? AND urgent = 1 LIMIT 1");
    this.#end = db.prepare("INSERT OR IGNORE INTO outbox_ended (dedup_key, at_ms) VALUES (?, ?)");
    // The places are read from the index alone, and one body for each place: in a storm there are thousands of rows.
    this.#backlog = db.prepare(`
      SELECT receiver, endpoint, count, json_extract(outbox.body, '$.notification.createdAtMs') AS oldestMs
      FROM (
        SELECT json_extract(destination, '$[0]') AS receiver, json_extract(destination, '$[2]') AS endpoint,
          count(*) AS count, min(seq) AS oldest
        FROM outbox WHERE ${isToBeSent} GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ${mostPlaces}
      ) JOIN outbox ON outbox.seq = oldest ORDER BY receiver, endpoint`);
    this.#count = db.prepare(`SELECT count(*) AS count FROM outbox WHERE ${isToBeSent}`);
  }

  /** Adds a row unless its key is known; what waits before it at its destination shares its urgency. */
  add(row: OutboxRow): void {
    const { id, dedupKey, notBeforeMs, giveUpAtMs } = row;
    const destination = destinationOf(row);
    const urgent = isUrgentRow(row);
    const keys = { id, dedupKey, destination, urgent: urgent ? 1 : 0 };
    const inserted = this.#insert.run({ ...keys, notBeforeMs, giveUpAtMs, body: JSON.stringify(row) });
    if (inserted.changes === 0) return;
    this.#claims.add(Number(inserted.lastInsertRowid), row);
    if (urgent) this.#hastenAhead(destination, notBeforeMs);
    else if (isEndRow(row)) this.#calm.run(destination);
  }

  /** What waits before an urgent row, here or because it has to be told first, may go at once. */
  #hastenAhead(destination: string, notBeforeMs: EpochMs): void {
    const destinations = new Set([destination]);
    for (const each of destinations) {
      this.#hasten.run(notBeforeMs, each);
      for (const ahead of this.#claims.aheadOf(each)) destinations.add(ahead);
    }
  }

  /** True when some row is due and free, apart from its place in the order. */
  hasDue(nowMs: EpochMs): boolean {
    return this.#anyDue.get(nowMs, nowMs) !== undefined;
  }

  lease(owner: string, count: number, nowMs: EpochMs, ttlMs: number): readonly OutboxRow[] {
    const overdue = this.#overdue.all({ nowMs, count });
    const room = count - overdue.length;
    const heldUp = new Set<string>();
    const urgent = this.#freeRows(this.#freeUrgent, { nowMs, count: room }, heldUp);
    const ordinary = this.#freeRows(this.#freeOrdinary, { nowMs, count: room }, heldUp);
    return [...overdue, ...chooseDue(urgent, ordinary, room)].map((waiting) => {
      // It may have been hastened since its body was written.
      const stored = { ...(JSON.parse(waiting.body) as OutboxRow), notBeforeMs: waiting.not_before_ms };
      const isAbandoned = waiting.lease_owner !== null;
      const row = isAbandoned ? { ...stored, startedBefore: true } : stored;
      if (isAbandoned) this.#claims.replace(waiting.seq, row);
      this.#lease.run(owner, nowMs + ttlMs, JSON.stringify(row), waiting.seq);
      const leased = this.#threads.withThread(this.#beginnings.withUntold(row));
      const isHastened = waiting.urgent === 1 && !isUrgentRow(row);
      return { ...leased, ...(isAbandoned ? { isAbandoned } : {}), ...(isHastened ? { isHastened } : {}) };
    });
  }

  /** Rows whose reader has to be told nothing else first, in their order; `heldUp` are destinations with one of which that is not so, and all behind it. */
  #freeRows(statement: Free, { nowMs, count }: Due, heldUp: Set<string>): readonly WaitingRow[] {
    const free: WaitingRow[] = [];
    let after = 0;
    while (free.length < count) {
      const found = statement.all({ nowMs, count, after });
      for (const row of found) {
        if (heldUp.has(row.destination)) continue;
        if (this.#claims.isHeldUp(row.seq)) heldUp.add(row.destination);
        else if (free.length < count) free.push(row);
      }
      after = found.at(-1)?.seq ?? after;
      if (found.length < count) break;
    }
    return free;
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
  settle(settlement: Settlement): void {
    const { outboxId, attempt, outcome, atMs, retryAtMs, spend } = settlement;
    const waiting = this.#find.get(outboxId);
    if (waiting === undefined) return;
    const row = JSON.parse(waiting.body) as OutboxRow;
    if (row.attempts + 1 !== attempt) return;
    const record = recordOf(row, settlement);
    if (record !== undefined) this.#history.addDelivery(record);
    if (spend !== undefined) this.spending.add(spend);
    this.#beginnings.note(row, settlement, atMs);
    this.#threads.note(row, settlement, atMs);
    if (retryAtMs !== undefined) {
      const next = afterAttempt(row, outcome, retryAtMs);
      this.#again.run(retryAtMs, destinationOf(next), JSON.stringify(next), waiting.seq);
      if (outcome.kind !== "released") this.#claims.replace(waiting.seq, next);
      return;
    }
    this.#delete.run(waiting.seq);
    this.#claims.remove(waiting.seq);
    this.#end.run(waiting.dedup_key, atMs);
    if (outcome.kind === "digested") this.#givePlace(waiting.seq, outcome.into, atMs);
  }

  /** A digest says what its rows would have said, when the first of them would have; nothing critical waits for it behind that. */
  #givePlace(seq: number, digest: string, atMs: EpochMs): void {
    const row = this.#find.get(digest);
    if (row === undefined || row.seq < seq) return;
    this.#move.run(seq, row.seq);
    this.#claims.move(row.seq, seq);
    const { destination } = row;
    if (this.#urgentBehind.get(destination, seq) !== undefined || this.#claims.holdsUpUrgent(seq))
      this.#hastenAhead(destination, atMs);
  }

  /** What waits to be sent, by receiver and endpoint. */
  backlog(): readonly OutboxBacklog[] {
    return this.#backlog.all();
  }

  get waitingCount(): number {
    return this.#count.get()?.count ?? 0;
  }
}

/** What an endpoint has taken stands by itself (`destinationOf`) and waits for news, not for its turn. */
const isToBeSent = "json_array_length(destination) = 5";

/**
 * No row before this one at its destination is out of reach: leased to somebody, in the future, or as `more` says; one
 * that is only to be given up holds up nobody.
 */
function noneBefore(more: string): string {
  return `NOT EXISTS (SELECT 1 FROM outbox AS earlier
    WHERE earlier.destination = waiting.destination AND earlier.seq < waiting.seq
    AND (earlier.lease_until_ms > @nowMs OR (earlier.not_before_ms > @nowMs OR ${more}) AND earlier.give_up_ms > @nowMs))`;
}
