import type { Statement } from "better-sqlite3";
import { claimsOf, type OutboxRow } from "../../core/alerting/outbox.ts";
import type { Session } from "./session.ts";

/** What rows of the outbox that wait say of alerts, by their `seq`. */
export class ClaimsTable {
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #move: Statement;
  readonly #heldUp: Statement<[number]>;
  readonly #urgent: Statement<[number]>;
  readonly #ahead: Statement<[string], { destination: string }>;

  constructor({ db }: Session) {
    this.#put = db.prepare(
      "INSERT OR IGNORE INTO outbox_claims (reader, fingerprint, is_over, seq) VALUES (?, ?, ?, ?)",
    );
    this.#delete = db.prepare("DELETE FROM outbox_claims WHERE seq = ?");
    this.#move = db.prepare("UPDATE outbox_claims SET seq = ? WHERE seq = ?");
    this.#ahead = db.prepare(`
      SELECT DISTINCT before.destination FROM outbox AS waiting
      JOIN outbox_claims AS mine ON mine.seq = waiting.seq ${otherClaims}
      WHERE waiting.destination = ? AND before.destination <> waiting.destination`);
    this.#heldUp = db.prepare(`
      SELECT 1 FROM outbox_claims AS mine ${otherClaims} JOIN outbox AS waiting ON waiting.seq = mine.seq
      WHERE mine.seq = ? AND before.destination <> waiting.destination LIMIT 1`);
    this.#urgent = db.prepare(`
      SELECT 1 FROM outbox_claims AS other
      JOIN outbox_claims AS mine ON mine.reader = other.reader AND mine.fingerprint = other.fingerprint
        AND mine.is_over = 1 - other.is_over AND mine.seq > other.seq
      JOIN outbox AS waiting ON waiting.seq = mine.seq
      WHERE other.seq = ? AND waiting.urgent = 1 LIMIT 1`);
  }

  add(seq: number, row: OutboxRow): void {
    for (const { reader, fingerprint, isOver } of claimsOf(row))
      this.#put.run(reader, fingerprint, isOver ? 1 : 0, seq);
  }

  /** Notes that a row says something else than before. */
  replace(seq: number, row: OutboxRow): void {
    this.remove(seq);
    this.add(seq, row);
  }

  remove(seq: number): void {
    this.#delete.run(seq);
  }

  /** Notes that a row has another place in the order. */
  move(seq: number, place: number): void {
    this.#move.run(place, seq);
  }

  /** True for a row whose reader is to be told the contrary of one of its alerts first, by a row of another destination. */
  isHeldUp(seq: number): boolean {
    return this.#heldUp.get(seq) !== undefined;
  }

  /** True for a row that has to be told before an urgent one: that says the contrary of one of its alerts to its reader. */
  holdsUpUrgent(seq: number): boolean {
    return this.#urgent.get(seq) !== undefined;
  }

  /** Other destinations with a row that has to be told before one of this destination. */
  aheadOf(destination: string): readonly string[] {
    return this.#ahead.all(destination).map((row) => row.destination);
  }
}

const otherClaims = `
  JOIN outbox_claims AS other ON other.reader = mine.reader AND other.fingerprint = mine.fingerprint
    AND other.is_over = 1 - mine.is_over AND other.seq < mine.seq
  JOIN outbox AS before ON before.seq = other.seq`;
