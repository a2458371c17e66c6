import type { Statement } from "better-sqlite3";
import { destinationOf, followingOn, type OutboxRow, type RowEnd, threadOf } from "../../core/alerting/outbox.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Session } from "./session.ts";

/** An incident that lasts longer begins a thread anew. */
const keptMs = 40 * 86_400_000;

/** What the last message about an incident is called at the other end of a destination, so that the next one can go on with it. */
export class ThreadsTable {
  readonly #put: Statement;
  readonly #forget: Statement;
  readonly #find: Statement<[string], { external_id: string }>;

  constructor({ db }: Session) {
    this.#put = db.prepare("INSERT OR REPLACE INTO threads (destination, external_id, at_ms) VALUES (?, ?, ?)");
    this.#forget = db.prepare(
      "DELETE FROM threads WHERE destination IN (SELECT destination FROM threads WHERE at_ms < ? ORDER BY at_ms LIMIT 10)",
    );
    this.#find = db.prepare("SELECT external_id FROM threads WHERE destination = ?");
  }

  /** Notes what the end of a row says. */
  note(row: OutboxRow, end: RowEnd, atMs: EpochMs): void {
    const externalId = threadOf(row, end);
    if (externalId === undefined) return;
    this.#forget.run(atMs - keptMs);
    this.#put.run(destinationOf(row), externalId, atMs);
  }

  /** The row with what it goes on with. */
  withThread(row: OutboxRow): OutboxRow {
    if (row.notification.incident === undefined) return row;
    const known = this.#find.get(destinationOf(row));
    return known === undefined ? row : followingOn(row, known.external_id);
  }
}
