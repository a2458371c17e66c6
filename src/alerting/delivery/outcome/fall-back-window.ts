import { destinationOf, type OutboxRow } from "../../../core/alerting/outbox.ts";
import type { EpochMs } from "../../../core/time/time.ts";

const windowMs = 3000;

/**
 * Lets what takes over from lost messages wait for at most three seconds, each destination until one common moment: messages about one
 * incident fail together, and their reader is to be told once. What the moment makes due together, the queue joins.
 */
export class FallBackWindow {
  readonly #dueMs = new Map<string, EpochMs>();

  /** The rows, due when the window of their destination ends; none gets less time for its attempts. */
  collect(rows: readonly OutboxRow[], nowMs: EpochMs): readonly OutboxRow[] {
    // A window that ends further away than any can was opened before the clock was set back.
    for (const [destination, dueMs] of this.#dueMs)
      if (dueMs <= nowMs || dueMs > nowMs + windowMs) this.#dueMs.delete(destination);
    return rows.map((row) => {
      const destination = destinationOf(row);
      const notBeforeMs = this.#dueMs.get(destination) ?? nowMs + windowMs;
      this.#dueMs.set(destination, notBeforeMs);
      return { ...row, notBeforeMs, giveUpAtMs: row.giveUpAtMs + notBeforeMs - nowMs };
    });
  }
}
