import type { DatabaseJob, DatabaseRow, DatabaseRows } from "../../core/ports/databases.ts";
import { systemClock } from "../clock.ts";

/** Keeps the rows of one query up to its budgets, and passes over the rest. */
export class RowKeeper {
  readonly #job: DatabaseJob;
  readonly #startedMs = systemClock.monotonicMs();
  readonly #rows: DatabaseRow[] = [];
  #bytes = 0;
  #isCut = false;
  columns: readonly string[] = [];

  constructor(job: DatabaseJob) {
    this.#job = job;
  }

  /** Takes a row; false when no more are wanted. */
  take(cells: readonly unknown[]): boolean {
    if (this.#isCut) return false;
    const row = cells.map(cellOf);
    for (const cell of row) this.#bytes += 4 + Buffer.byteLength(cell ?? "");
    this.#isCut = this.#rows.length >= this.#job.mostRows || this.#bytes > this.#job.mostBytes;
    if (!this.#isCut) this.#rows.push(row);
    return !this.#isCut;
  }

  done(): DatabaseRows {
    const tookMs = systemClock.monotonicMs() - this.#startedMs;
    return { columns: this.columns, rows: this.#rows, isCut: this.#isCut, tookMs };
  }
}

function cellOf(cell: unknown): string | null {
  if (cell === null || cell === undefined) return null;
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("utf8");
  // Drivers give texts, and SQLite numbers.
  return `${cell as string | number | bigint}`;
}
