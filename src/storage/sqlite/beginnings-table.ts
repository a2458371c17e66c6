import type { Statement } from "better-sqlite3";
import {
  type Beginning,
  beginningAfter,
  hearingOf,
  hearingParts,
  type OutboxRow,
  type RowEnd,
  readerOf,
  withUntold,
} from "../../core/alerting/outbox.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Session } from "./session.ts";

/** A beginning is forgotten after this time, when its end never came. */
const keptMs = 40 * 86_400_000;

/** Alerts whose beginning arrived at a reader, or did not, so that their end is told to nobody who never heard of them. */
export class BeginningsTable {
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #forget: Statement;
  readonly #find: Statement<[string, string], { is_heard: number; starts_ms: EpochMs; missed_ms: EpochMs | null }>;

  constructor({ db }: Session) {
    this.#put = db.prepare(
      "INSERT OR REPLACE INTO beginnings (reader, fingerprint, at_ms, is_heard, starts_ms, missed_ms) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#delete = db.prepare("DELETE FROM beginnings WHERE reader = ? AND fingerprint = ?");
    this.#forget = db.prepare(
      "DELETE FROM beginnings WHERE (reader, fingerprint) IN (SELECT reader, fingerprint FROM beginnings WHERE at_ms < ? ORDER BY at_ms LIMIT 10)",
    );
    this.#find = db.prepare(
      "SELECT is_heard, starts_ms, missed_ms FROM beginnings WHERE reader = ? AND fingerprint = ?",
    );
  }

  /** Notes what the end of a row says. */
  note(row: OutboxRow, end: RowEnd, atMs: EpochMs): void {
    const hearing = hearingOf(row, end);
    const reader = readerOf(row);
    if (hearing.heard.length + hearing.unheard.length > 0) this.#forget.run(atMs - keptMs);
    for (const what of hearingParts)
      for (const alert of hearing[what]) {
        const { fingerprint } = alert;
        const known = this.#known(reader, fingerprint);
        const next = beginningAfter(known, what, alert);
        if (next === undefined) this.#delete.run(reader, fingerprint);
        else if (next !== known)
          this.#put.run(reader, fingerprint, atMs, next.isHeard ? 1 : 0, next.startsAtMs, next.missedMs ?? null);
      }
  }

  /** The row with what of its ends is not to be told where it goes. */
  withUntold(row: OutboxRow): OutboxRow {
    const reader = readerOf(row);
    return withUntold(row, (fingerprint) => this.#known(reader, fingerprint));
  }

  #known(reader: string, fingerprint: string): Beginning | undefined {
    const known = this.#find.get(reader, fingerprint);
    if (known === undefined) return undefined;
    const { is_heard: isHeard, starts_ms: startsAtMs, missed_ms: missedMs } = known;
    return { isHeard: isHeard === 1, startsAtMs, ...(missedMs === null ? {} : { missedMs }) };
  }
}
