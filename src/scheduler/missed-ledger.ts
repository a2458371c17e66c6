import { type Missed, type SubjectKey, subjectId } from "../core/checks/result.ts";

type OpenRange = { missed: Missed; sinceMs: number };

/** Ranges stay open this long, so that an hour of overload is sixty ranges per subject and not thousands. */
const openForMs = 60_000;

/** Collects missed slots into ranges: slots missed one after another for the same reason become one. */
export class MissedLedger {
  readonly #open = new Map<string, OpenRange>();
  #closed: Missed[] = [];

  /** Records missed slots; `nowMs` is any clock that only grows. */
  add(missed: Missed, nowMs: number): void {
    const id = subjectId(missed);
    const before = this.#open.get(id);
    if (before?.missed.reason === missed.reason) {
      const count = before.missed.count + missed.count;
      before.missed = { ...before.missed, toSlotMs: missed.toSlotMs, count };
      return;
    }
    if (before !== undefined) this.#closed.push(before.missed);
    this.#open.set(id, { missed, sinceMs: nowMs });
  }

  /** A run of the subject has begun, so its range of missed slots ends. */
  close(key: SubjectKey): void {
    if (this.#open.size === 0) return;
    const id = subjectId(key);
    const range = this.#open.get(id);
    if (range === undefined) return;
    this.#open.delete(id);
    this.#closed.push(range.missed);
  }

  /** True when `take` would return something. */
  hasClosed(nowMs: number): boolean {
    this.#expire(nowMs);
    return this.#closed.length > 0;
  }

  /** Removes and returns the ranges that have ended or are a minute old. */
  take(nowMs: number): readonly Missed[] {
    this.#expire(nowMs);
    const taken = this.#closed;
    this.#closed = [];
    return taken;
  }

  /** Removes and returns every range. */
  takeAll(): readonly Missed[] {
    return this.take(Number.POSITIVE_INFINITY);
  }

  #expire(nowMs: number): void {
    // Ranges are kept in the order they were opened, so the first young one ends the search.
    for (const [id, range] of this.#open) {
      if (nowMs - range.sinceMs < openForMs) return;
      this.#open.delete(id);
      this.#closed.push(range.missed);
    }
  }
}
