import type { Statement } from "better-sqlite3";
import type { Alert } from "../../core/alert.ts";
import {
  type Beginning,
  hearingOf,
  isOvertaken,
  type OutboxRow,
  type RowEnd,
  readerOf,
  withUntold,
} from "../../core/outbox.ts";
import type { EpochMs } from "../../core/time.ts";
import type { Session } from "./session.ts";

/** A beginning is forgotten after this time, when its end never came. */
const keptMs = 40 * 86_400_000;

/** Alerts whose beginning arrived at a reader, or did not, so that their end is told to nobody who never heard of them. */
export class BeginningsTable {
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #forget: Statement;
  readonly #find: Statement<[string, string], { is_heard: number; starts_ms: EpochMs }>;

  constructor({ db }: Session) {
    this.#put = db.prepare(
      "INSERT OR REPLACE INTO beginnings (reader, fingerprint, at_ms, is_heard, starts_ms) VALUES (?, ?, ?, ?, ?)",
    );
    this.#delete = db.prepare("DELETE FROM beginnings WHERE reader = ? AND fingerprint = ?");
    this.#forget = db.prepare(
      "DELETE FROM beginnings WHERE (reader, fingerprint) IN (SELECT reader, fingerprint FROM beginnings WHERE at_ms < ? ORDER BY at_ms LIMIT 10)",
    );
    this.#find = db.prepare("SELECT is_heard, starts_ms FROM beginnings WHERE reader = ? AND fingerprint = ?");
  }

  /** Notes what the end of a row says. */
  note(row: OutboxRow, end: RowEnd, atMs: EpochMs): void {
    const { heard, unheard, open, over } = hearingOf(row, end);
    const reader = readerOf(row);
    const knownOf = ({ fingerprint }: Alert): Beginning | undefined => this.#known(reader, fingerprint);
    const put = ({ fingerprint, startsAtMs }: Alert, isHeard: 0 | 1): void =>
      void this.#put.run(reader, fingerprint, atMs, isHeard, startsAtMs);
    for (const alert of over) if (!isOvertaken(alert, knownOf(alert))) this.#delete.run(reader, alert.fingerprint);
    for (const alert of open) if (knownOf(alert)?.isHeard === false) this.#delete.run(reader, alert.fingerprint);
    if (heard.length + unheard.length > 0) this.#forget.run(atMs - keptMs);
    for (const alert of heard) put(alert, 1);
    for (const alert of unheard) if (knownOf(alert)?.isHeard !== true) put(alert, 0);
  }

  /** The row with what of its ends is not to be told where it goes. */
  withUntold(row: OutboxRow): OutboxRow {
    const reader = readerOf(row);
    return withUntold(row, (fingerprint) => this.#known(reader, fingerprint));
  }

  #known(reader: string, fingerprint: string): Beginning | undefined {
    const known = this.#find.get(reader, fingerprint);
    return known === undefined ? undefined : { isHeard: known.is_heard === 1, startsAtMs: known.starts_ms };
  }
}
