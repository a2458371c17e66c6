import type { Statement } from "better-sqlite3";
import { fingerprintsOf, hearingOf, type OutboxRow, outletOf, type RowEnd, type Unheard } from "../../core/outbox.ts";
import type { EpochMs } from "../../core/time.ts";
import type { Session } from "./session.ts";

/** What was not heard is forgotten after this time, when its end never came. */
const keptMs = 40 * 86_400_000;

/** Alerts whose beginning did not arrive at an outlet, so that their end is told to nobody there, but where it went instead. */
export class UnheardTable {
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #forget: Statement;
  readonly #find: Statement<[string], { fingerprint: string; heirs: string }>;

  constructor({ db }: Session) {
    this.#put = db.prepare("INSERT OR REPLACE INTO unheard (outlet, fingerprint, at_ms, heirs) VALUES (?, ?, ?, ?)");
    this.#delete = db.prepare("DELETE FROM unheard WHERE outlet = ? AND fingerprint = ?");
    this.#forget = db.prepare("DELETE FROM unheard WHERE at_ms < ?");
    this.#find = db.prepare("SELECT fingerprint, heirs FROM unheard WHERE outlet = ?");
  }

  /** Notes what the end of a row says. */
  note(row: OutboxRow, end: RowEnd, follow: readonly OutboxRow[], atMs: EpochMs): void {
    const { heard, unheard } = hearingOf(row, end, follow);
    const outlet = outletOf(row);
    for (const fingerprint of heard) this.#delete.run(outlet, fingerprint);
    if (unheard.length > 0) this.#forget.run(atMs - keptMs);
    for (const { fingerprint, heirs } of unheard) this.#put.run(outlet, fingerprint, atMs, JSON.stringify(heirs));
  }

  /** The row with what of its ends was not heard at its outlet. */
  withUnheard(row: OutboxRow): OutboxRow {
    const over = new Set(fingerprintsOf(row, "resolved"));
    if (over.size === 0) return row;
    const unheard = this.#find
      .all(outletOf(row))
      .filter(({ fingerprint }) => over.has(fingerprint))
      .map(({ fingerprint, heirs }) => ({ fingerprint, heirs: JSON.parse(heirs) as Unheard["heirs"] }));
    return unheard.length === 0 ? row : { ...row, unheard };
  }
}
