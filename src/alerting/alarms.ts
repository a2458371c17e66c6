import type { EpochMs } from "../core/time/time.ts";

/** Knows by id when something is due; the next moment costs nothing to ask for, however many there are. */
export class Alarms {
  readonly #dueMs = new Map<string, EpochMs>();
  #nextMs: EpochMs | undefined;
  #nextKnown = true;

  /** Sets the alarm of an id, or takes it away when the moment is undefined. */
  set(id: string, dueMs: EpochMs | undefined): void {
    const before = this.#dueMs.get(id);
    if (before === dueMs) return;
    if (before !== undefined && before === this.#nextMs) this.#nextKnown = false;
    if (dueMs === undefined) {
      this.#dueMs.delete(id);
      return;
    }
    this.#dueMs.set(id, dueMs);
    if (this.#nextKnown && (this.#nextMs === undefined || dueMs < this.#nextMs)) this.#nextMs = dueMs;
  }

  /** When the next alarm goes off; undefined without any. */
  nextMs(): EpochMs | undefined {
    if (this.#nextKnown) return this.#nextMs;
    let next: EpochMs | undefined;
    for (const dueMs of this.#dueMs.values()) if (next === undefined || dueMs < next) next = dueMs;
    this.#nextMs = next;
    this.#nextKnown = true;
    return next;
  }

  /** Takes out the ids whose moment has come. */
  takeDue(nowMs: EpochMs): readonly string[] {
    const next = this.nextMs();
    if (next === undefined || next > nowMs) return [];
    const due = [...this.#dueMs].filter(([, dueMs]) => dueMs <= nowMs).map(([id]) => id);
    for (const id of due) this.set(id, undefined);
    return due;
  }
}
