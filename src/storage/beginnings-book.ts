import type { Alert } from "../core/alerting/alert.ts";
import {
  type Beginning,
  beginningAfter,
  type Hearing,
  hearingOf,
  hearingParts,
  type OutboxRow,
  type RowEnd,
  readerOf,
  withUntold,
} from "../core/alerting/outbox.ts";

/** Beginnings that are remembered in memory, each at one reader. */
const mostBeginnings = 20_000;

/** What is known in memory of beginnings of alerts that were said to readers; of more than so many the oldest are forgotten. */
export class BeginningsBook {
  /** By reader and fingerprint; what was noted last stands last. */
  readonly #known = new Map<string, Beginning>();

  /** Notes what the end of a row says. */
  note(row: OutboxRow, end: RowEnd): void {
    const hearing = hearingOf(row, end);
    const reader = readerOf(row);
    for (const what of hearingParts)
      for (const alert of hearing[what]) this.#noteOne(`${reader}\n${alert.fingerprint}`, what, alert);
  }

  /** The row with what of its ends is not to be told where it goes. */
  withUntold(row: OutboxRow): OutboxRow {
    const reader = readerOf(row);
    return withUntold(row, (fingerprint) => this.#known.get(`${reader}\n${fingerprint}`));
  }

  #noteOne(key: string, what: keyof Hearing, alert: Alert): void {
    const after = beginningAfter(this.#known.get(key), what, alert);
    this.#known.delete(key);
    if (after !== undefined) this.#known.set(key, after);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostBeginnings && oldest !== undefined) this.#known.delete(oldest);
  }
}
