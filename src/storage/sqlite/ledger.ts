import type { Statement } from "better-sqlite3";
import type { EpochMs } from "../../core/time/time.ts";
import { HourReader, type TailRow, type TailTable } from "./hour-reader.ts";
import type { Follower, Session } from "./session.ts";

export type PackedRow = Readonly<{ from_ms: EpochMs; to_ms: EpochMs; body: Buffer }>;
export type LedgerTables = Readonly<{
  tail: TailTable;
  packed: "results_packed" | "series_packed";
}>;

/**
 * Rows by owner and time in two forms: an append-only tail whose rows are found through an index in memory, and packed blocks.
 * An owner's rows leave the tail in the order they came; `packedId` of the owner says how far they are packed.
 */
export class Ledger implements Follower {
  readonly #hours: HourReader;
  readonly #insert: Statement;
  readonly #byId: Statement<[number], TailRow>;
  readonly #byIds: Statement<[string], TailRow>;
  readonly #drop: Statement;
  readonly #insertPacked: Statement;
  readonly #packedBetween: Statement<[number, EpochMs, EpochMs], PackedRow>;
  readonly #packedNewest: Statement<[number, EpochMs, EpochMs], PackedRow>;
  readonly #anyPacked: Statement;
  readonly #deletePacked: Statement;
  readonly #countPacked: Statement<[number, EpochMs, EpochMs], { count: number | null }>;
  readonly #addToCount: Statement;
  readonly #name: string;
  readonly #ids: (number[] | undefined)[] = [];
  #nextId: number;
  #firstId: number;
  #pendingFirstId: number | undefined;
  #pendingOwners: number[] = [];
  #packing: { owner: number; ids: readonly number[] }[] = [];
  #tailCount = 0;
  #packedCount: number;
  #pendingCount = 0;

  constructor(session: Session, { tail, packed }: LedgerTables, packedIds: readonly (number | undefined)[]) {
    const { db } = session;
    this.#hours = new HourReader(db, tail);
    this.#insert = db.prepare(`INSERT INTO ${tail} (id, owner, at_ms, body) VALUES (?, ?, ?, ?)`);
    this.#byId = db.prepare(`SELECT id, at_ms, body FROM ${tail} WHERE id = ?`);
    this.#byIds = db.prepare(
      `SELECT id, at_ms, body FROM ${tail} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
    );
    this.#drop = db.prepare(`DELETE FROM ${tail} WHERE id < ?`);
    this.#insertPacked = db.prepare(
      `INSERT INTO ${packed} (owner, from_ms, first_id, to_ms, count, body) VALUES (?, ?, ?, ?, ?, ?)`,
    );
    const between = `SELECT from_ms, to_ms, body FROM ${packed} WHERE owner = ? AND from_ms <= ? AND to_ms >= ?`;
    this.#packedBetween = db.prepare(`${between} ORDER BY from_ms, first_id`);
    this.#packedNewest = db.prepare(`${between} ORDER BY from_ms DESC, first_id DESC`);
    this.#anyPacked = db.prepare(`SELECT 1 FROM ${packed} WHERE owner = ? LIMIT 1`);
    const ended = `FROM ${packed} WHERE owner = ? AND from_ms < ? AND to_ms < ?`;
    this.#deletePacked = db.prepare(`DELETE ${ended}`);
    this.#countPacked = db.prepare(`SELECT sum(count) AS count ${ended}`);
    this.#addToCount = db.prepare("UPDATE ledgers SET packed_count = packed_count + ? WHERE name = ?");
    this.#name = packed;
    const counted = db.prepare<[string], { count: number }>("SELECT packed_count AS count FROM ledgers WHERE name = ?");
    this.#packedCount = counted.get(packed)?.count ?? 0;
    this.#nextId = 1;
    for (const packedId of packedIds) this.#nextId = Math.max(this.#nextId, (packedId ?? 0) + 1);
    this.#firstId = this.#nextId;
    this.#index(session, tail, packedIds);
    session.follow(this);
  }

  /** Rows in both forms. */
  get count(): number {
    return this.#tailCount + this.#packedCount;
  }

  append(owner: number, atMs: EpochMs, body: Buffer): void {
    this.#insert.run(this.#nextId + this.#pendingOwners.length, owner, atMs, body);
    this.#pendingOwners.push(owner);
  }

  confirm(): void {
    this.#firstId = this.#pendingFirstId ?? this.#firstId;
    for (const owner of this.#pendingOwners) {
      this.#idsOf(owner).push(this.#nextId);
      this.#nextId += 1;
    }
    this.#tailCount += this.#pendingOwners.length;
    this.#packedCount += this.#pendingCount;
    this.#reset();
  }

  discard(): void {
    for (const { owner, ids } of this.#packing.toReversed()) {
      this.#ids[owner] = [...ids, ...this.#idsOf(owner)];
      this.#tailCount += ids.length;
    }
    this.#reset();
  }

  /** The owner's rows in the tail, in the order they came. */
  tailRows(owner: number): readonly TailRow[] {
    const ids = this.#ids[owner] ?? [];
    return ids.length === 0 ? [] : this.#byIds.all(`[${ids.join(",")}]`);
  }

  /** The owner's first rows in the tail that lie in one hour, when that hour ended before the moment; otherwise none. */
  oldestHour(owner: number, beforeMs: EpochMs): readonly TailRow[] {
    return this.#hours.oldestHour(owner, this.#ids, beforeMs);
  }

  /** The owner's rows in the tail, newest first. */
  *newestTailRows(owner: number): Generator<TailRow> {
    for (const id of this.#ids[owner]?.toReversed() ?? []) {
      const row = this.#byId.get(id);
      if (row !== undefined) yield row;
    }
  }

  /** True when nothing of the owner is left in either form. */
  isEmpty(owner: number): boolean {
    return (this.#ids[owner]?.length ?? 0) === 0 && this.#anyPacked.get(owner) === undefined;
  }

  packedBlocks(owner: number, fromMs: EpochMs, toMs: EpochMs): Iterable<PackedRow> {
    return this.#packedBetween.iterate(owner, toMs, fromMs);
  }

  newestPackedBlocks(owner: number, fromMs: EpochMs, toMs: EpochMs): Iterable<PackedRow> {
    return this.#packedNewest.iterate(owner, toMs, fromMs);
  }

  /** Writes the owner's first rows of the tail as one packed block; they count as packed from then on. */
  addPacked(owner: number, rows: readonly TailRow[], body: Buffer): void {
    const times = rows.map((row) => row.at_ms);
    const [fromMs, toMs] = [Math.min(...times), Math.max(...times)];
    this.#insertPacked.run(owner, fromMs, rows[0]?.id, toMs, rows.length, body);
    this.#count(rows.length);
    const ids = this.#idsOf(owner).splice(0, rows.length);
    this.#packing.push({ owner, ids });
    this.#tailCount -= ids.length;
  }

  /** Deletes packed blocks that end before the moment; returns how many. */
  deletePacked(owner: number, beforeMs: EpochMs): number {
    const count = this.#countPacked.get(owner, beforeMs, beforeMs)?.count ?? 0;
    if (count === 0) return 0;
    this.#count(-count);
    return this.#deletePacked.run(owner, beforeMs, beforeMs).changes;
  }

  /** Deletes up to `count` rows of the tail that are packed; returns false when none is left to delete. */
  dropPackedTail(count: number): boolean {
    const boundary = this.#oldestId();
    const first = this.#pendingFirstId ?? this.#firstId;
    if (first >= boundary) return false;
    const until = Math.min(boundary, first + count);
    this.#drop.run(until);
    this.#pendingFirstId = until;
    return until < boundary;
  }

  #reset(): void {
    this.#pendingOwners = [];
    this.#pendingFirstId = undefined;
    this.#packing = [];
    this.#pendingCount = 0;
  }

  #count(difference: number): void {
    this.#addToCount.run(difference, this.#name);
    this.#pendingCount += difference;
  }

  #oldestId(): number {
    let oldest = this.#nextId;
    for (const ids of this.#ids) oldest = Math.min(oldest, ids?.[0] ?? oldest);
    return oldest;
  }

  #idsOf(owner: number): number[] {
    let ids = this.#ids[owner];
    if (ids === undefined) {
      ids = [];
      this.#ids[owner] = ids;
    }
    return ids;
  }

  #index(session: Session, tail: string, packedIds: readonly (number | undefined)[]): void {
    const rows = session.db.prepare<[], [number, number]>(`SELECT id, owner FROM ${tail} ORDER BY id`).raw(true);
    for (const [id, owner] of rows.iterate()) {
      this.#nextId = Math.max(this.#nextId, id + 1);
      this.#firstId = Math.min(this.#firstId, id);
      if (id <= (packedIds[owner] ?? 0)) continue;
      this.#idsOf(owner).push(id);
      this.#tailCount += 1;
    }
  }
}
