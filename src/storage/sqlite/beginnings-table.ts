import type { Statement } from "better-sqlite3";
import { fingerprintsOf, hearingOf, type OutboxRow, type RowEnd, readerOf } from "../../core/outbox.ts";
import type { EpochMs } from "../../core/time.ts";
import type { Session } from "./session.ts";

/** A beginning is forgotten after this time, when its end never came. */
const keptMs = 40 * 86_400_000;

/** Alerts whose beginning arrived at a reader, or did not, so that their end is told to nobody who never heard of them. */
export class BeginningsTable {
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #forget: Statement;
  readonly #find: Statement<[string, string], { is_heard: number }>;

  constructor({ db }: Session) {
    this.#put = db.prepare(
      "INSERT OR REPLACE INTO beginnings (reader, fingerprint, at_ms, is_heard) VALUES (?, ?, ?, ?)",
    );
    this.#delete = db.prepare("DELETE FROM beginnings WHERE reader = ? AND fingerprint = ?");
    this.#forget = db.prepare(
      "DELETE FROM beginnings WHERE (reader, fingerprint) IN (SELECT reader, fingerprint FROM beginnings WHERE at_ms < ? ORDER BY at_ms LIMIT 10)",
    );
    this.#find = db.prepare("SELECT is_heard FROM beginnings WHERE reader = ? AND fingerprint = ?");
  }

  /** Notes what the end of a row says. */
  note(row: OutboxRow, end: RowEnd, atMs: EpochMs): void {
    const { heard, unheard, open, over } = hearingOf(row, end);
    const reader = readerOf(row);
    for (const fingerprint of over) this.#delete.run(reader, fingerprint);
    for (const fingerprint of open)
      if (this.#find.get(reader, fingerprint)?.is_heard === 0) this.#delete.run(reader, fingerprint);
    if (heard.length + unheard.length > 0) this.#forget.run(atMs - keptMs);
    for (const fingerprint of heard) this.#put.run(reader, fingerprint, atMs, 1);
    for (const fingerprint of unheard)
      if (this.#find.get(reader, fingerprint)?.is_heard !== 1) this.#put.run(reader, fingerprint, atMs, 0);
  }

  /** The row with what of its ends was not heard where it goes. */
  withUnheard(row: OutboxRow): OutboxRow {
    const over = fingerprintsOf(row, "resolved");
    if (over.length === 0) return row;
    const reader = readerOf(row);
    const unheard = over.filter((fingerprint) => this.#find.get(reader, fingerprint)?.is_heard === 0);
    return unheard.length === 0 ? row : { ...row, unheard };
  }
}
