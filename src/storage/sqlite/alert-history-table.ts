import type { Statement } from "better-sqlite3";
import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertHistoryQuery } from "../../core/store.ts";
import { hasLabels } from "../matches-history.ts";
import type { Session } from "./session.ts";

/** Every occurrence of every alert as it was last written; outlives the alert itself. */
export class AlertHistoryTable {
  readonly #save: Statement;
  readonly #ofOne: Statement<[string, number, number], { body: string }>;
  readonly #newest: Statement<[number], { body: string }>;

  constructor({ db }: Session) {
    this.#save = db.prepare(`
      INSERT INTO alert_history (fingerprint, at_ms, body) VALUES (?, ?, ?)
      ON CONFLICT (fingerprint, at_ms) DO UPDATE SET body = excluded.body`);
    this.#ofOne = db.prepare(
      "SELECT body FROM alert_history WHERE fingerprint = ? AND at_ms <= ? ORDER BY at_ms DESC LIMIT ?",
    );
    this.#newest = db.prepare("SELECT body FROM alert_history WHERE at_ms <= ? ORDER BY id DESC");
  }

  save(alert: Alert): void {
    this.#save.run(alert.fingerprint, alert.startsAtMs, JSON.stringify(alert));
  }

  find({ fingerprint, labels, toMs, limit }: AlertHistoryQuery): readonly Alert[] {
    if (fingerprint !== undefined)
      return this.#ofOne
        .all(fingerprint, toMs, limit)
        .map((row) => JSON.parse(row.body) as Alert)
        .filter((alert) => hasLabels(alert, labels));
    const parts = Object.entries(labels).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    const found: Alert[] = [];
    for (const { body } of this.#newest.iterate(toMs)) {
      if (!parts.every((part) => body.includes(part))) continue;
      const alert = JSON.parse(body) as Alert;
      if (hasLabels(alert, labels)) found.push(alert);
      if (found.length >= limit) break;
    }
    return found;
  }
}
