import type { Database, Statement } from "better-sqlite3";
import type { EpochMs } from "../../core/time/time.ts";

const hourMs = 3_600_000;
/** Rows of an hour lie among those of this much later at most, bar clocks that jump: what comes later still is read another time. */
const lateMs = 300_000;
/** About as many rows are read at once, a few megabytes. */
const rowsAtOnce = 32_768;

export type TailRow = Readonly<{ id: number; at_ms: EpochMs; body: Buffer }>;
export type TailTable = "results_tail" | "series_tail";
type OwnedRow = TailRow & Readonly<{ owner: number }>;
/** Ids of each owner's rows in the tail, in the order they came. */
type TailIds = readonly (readonly number[] | undefined)[];

/**
 * Reads hours of the tail that are to be packed, for many owners in one scan: an owner's rows lie spread over the whole tail, so that
 * each costs a page when they are looked up one by one.
 */
export class HourReader {
  readonly #byId: Statement<[number], TailRow>;
  readonly #between: Statement<[number, number, number, number, EpochMs], OwnedRow>;
  #ahead = new Map<number, readonly TailRow[]>();

  constructor(db: Database, tail: TailTable) {
    this.#byId = db.prepare(`SELECT id, at_ms, body FROM ${tail} WHERE id = ?`);
    this.#between = db.prepare(
      `SELECT id, owner, at_ms, body FROM ${tail}
       WHERE id BETWEEN ? AND ? AND owner BETWEEN ? AND ? AND at_ms < ? ORDER BY id`,
    );
  }

  /** The owner's first rows that lie in one hour, when that hour ended before the moment; otherwise none. */
  oldestHour(owner: number, ids: TailIds, beforeMs: EpochMs): readonly TailRow[] {
    const firstId = ids[owner]?.[0];
    if (firstId === undefined) return [];
    const ahead = this.#ahead.get(owner);
    if (ahead?.[0]?.id === firstId) return this.#firstHour(owner, ahead);
    const endMs = hourEnd(this.#byId.get(firstId)?.at_ms ?? beforeMs);
    if (endMs > beforeMs) return [];
    this.#readAhead(owner, ids, endMs);
    return this.#firstHour(owner, this.#ahead.get(owner) ?? []);
  }

  #firstHour(owner: number, rows: readonly TailRow[]): readonly TailRow[] {
    const endMs = hourEnd(rows[0]?.at_ms ?? 0);
    const end = rows.findIndex((row) => row.at_ms >= endMs);
    if (end === -1) this.#ahead.delete(owner);
    else this.#ahead.set(owner, rows.slice(end));
    return end === -1 ? rows : rows.slice(0, end);
  }

  #readAhead(owner: number, ids: TailIds, endMs: EpochMs): void {
    let [until, count, firstId, lastId] = [owner, 0, Number.POSITIVE_INFINITY, 0];
    for (; until < ids.length && count < rowsAtOnce; until += 1) {
      const own = ids[until] ?? [];
      count += own.length;
      firstId = Math.min(firstId, own[0] ?? firstId);
      lastId = Math.max(lastId, own.at(-1) ?? lastId);
    }
    const ahead = new Map<number, TailRow[]>();
    // After a jump of the clock ids and times disagree: the owner's first row at least is always read.
    const last = Math.max(ids[owner]?.[0] ?? 0, this.#lastBefore(endMs + lateMs, firstId, lastId));
    for (const row of this.#between.all(firstId, last, owner, until - 1, endMs)) {
      // Rows that are packed and not deleted yet lie there too.
      if (row.id < (ids[row.owner]?.[0] ?? Number.POSITIVE_INFINITY)) continue;
      const rows = ahead.get(row.owner);
      if (rows === undefined) ahead.set(row.owner, [row]);
      else rows.push(row);
    }
    this.#ahead = ahead;
  }

  /** An id from which on rows are of the moment or later, found by halving: ids grow with time, but for what came late. */
  #lastBefore(atMs: EpochMs, firstId: number, lastId: number): number {
    let [low, high] = [firstId, lastId];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#byId.get(middle)?.at_ms ?? 0) < atMs) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function hourEnd(atMs: EpochMs): EpochMs {
  return Math.floor(atMs / hourMs) * hourMs + hourMs;
}
