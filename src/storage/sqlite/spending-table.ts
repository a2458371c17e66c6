import type { Statement } from "better-sqlite3";
import type { Spend, Spending } from "../../core/alerting/spending.ts";
import type { Session } from "./session.ts";

const keptMs = 400 * 86_400_000;

/** Messages that endpoints took, by day. */
export class SpendingTable {
  readonly #add: Statement;
  readonly #forget: Statement;
  readonly #from: Statement<[string], Spending>;

  constructor({ db }: Session) {
    this.#add = db.prepare(`
      INSERT INTO spending (endpoint, day, count) VALUES (@endpoint, @day, 1)
      ON CONFLICT (endpoint, day) DO UPDATE SET count = count + 1`);
    this.#forget = db.prepare("DELETE FROM spending WHERE endpoint = ? AND day < ?");
    this.#from = db.prepare("SELECT endpoint, day, count FROM spending WHERE day >= ? ORDER BY endpoint, day");
  }

  /** Counts one message. */
  add(spend: Spend): void {
    this.#add.run(spend);
    const oldest = new Date(Date.parse(spend.day) - keptMs).toISOString().slice(0, 10);
    this.#forget.run(spend.endpoint, oldest);
  }

  /** Counts of that day and later ones. */
  since(day: string): readonly Spending[] {
    return this.#from.all(day);
  }
}
