import type { OutboxRow, RowEnd } from "../core/alerting/outbox.ts";
import type { Settlement } from "../core/store.ts";
import type { EpochMs } from "../core/time/time.ts";
import { OutboxBook } from "./outbox-book.ts";

/** Keys of rows that are remembered, so that a row told twice is not sent twice while the store cannot say so. */
const mostKeys = 50_000;

/** What main knows of the outbox: enough to lease and settle from memory while the store fails. */
export class BufferedOutbox {
  readonly #book = new OutboxBook();
  readonly #keys = new Set<string>();
  /** Rows that are not known to be in the store. */
  readonly #uncommitted = new Set<string>();
  /** Rows whose lease the store knows nothing of. */
  readonly #leasedHere = new Set<string>();

  /** Notes rows on their way to the store. */
  expect(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      if (this.#keys.has(row.dedupKey)) continue;
      this.#keys.add(row.dedupKey);
      this.#book.add(row);
      this.#uncommitted.add(row.id);
      for (const oldest of this.#keys) {
        if (this.#keys.size <= mostKeys) break;
        this.#keys.delete(oldest);
      }
    }
  }

  /** Notes what has reached the store. */
  committed(rows: readonly OutboxRow[]): void {
    for (const row of rows) this.#uncommitted.delete(row.id);
  }

  /** Notes rows that the store has leased; returns those that may be sent, without those that are being sent already. */
  adopt(rows: readonly OutboxRow[], lease: Readonly<{ owner: string; count: number; nowMs: EpochMs; ttlMs: number }>) {
    const free: OutboxRow[] = [];
    for (const row of rows) {
      if (this.#leasedHere.has(row.id) && this.#book.isLeased(row.id, lease.nowMs)) continue;
      this.#book.adopt(row, lease.owner, lease.nowMs + lease.ttlMs);
      this.#leasedHere.delete(row.id);
      this.#keys.add(row.dedupKey);
      free.push(row);
    }
    if (rows.length < lease.count) this.#forgetUnknown(lease.nowMs);
    return free;
  }

  /** Leases from memory. */
  lease(owner: string, count: number, nowMs: EpochMs, ttlMs: number): readonly OutboxRow[] {
    const rows = this.#book.lease(owner, count, nowMs, ttlMs);
    for (const row of rows) this.#leasedHere.add(row.id);
    return rows;
  }

  isLeasedBy(id: string, owner: string): boolean {
    return this.#book.isLeasedBy(id, owner);
  }

  /** True when only memory knows of the row or of its lease. */
  isOnlyHere(id: string): boolean {
    return this.#leasedHere.has(id) || this.#uncommitted.has(id);
  }

  /** Ends the attempt in memory; returns what the store has to be told. */
  settle(end: RowEnd, atMs: EpochMs): Settlement {
    const settlement = { ...end, attempt: this.#book.attemptOf(end.outboxId), atMs };
    this.note(settlement);
    return settlement;
  }

  /** Notes an end that is on its way to the store. */
  note(settlement: Settlement): void {
    this.#book.settle(settlement);
    this.#leasedHere.delete(settlement.outboxId);
  }

  /** Notes what the store said to ends that it was told. */
  noteAnswer(answer: "settled" | "lease_lost", ends: readonly RowEnd[], atMs: EpochMs): void {
    for (const end of ends) {
      if (answer === "settled") this.settle(end, atMs);
      else this.#forget(end.outboxId);
    }
  }

  /** Forgets a row that belongs to somebody else now. */
  #forget(id: string): void {
    this.#book.remove(id);
    this.#leasedHere.delete(id);
  }

  /** A row that would be due and that the store does not give is one it has ignored or ended long ago. */
  #forgetUnknown(nowMs: EpochMs): void {
    for (const id of this.#book.due(nowMs)) if (!this.#uncommitted.has(id)) this.#forget(id);
  }
}
