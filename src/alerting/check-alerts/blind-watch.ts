import type { EpochMs } from "../../core/time.ts";

/** Knows when subjects that are not measured now become blind; the next moment costs nothing to ask for. */
export class BlindWatch {
  readonly #dueMs = new Map<string, EpochMs>();
  #nextMs: EpochMs | undefined;
  #nextKnown = true;

  /** Watches a subject until the moment, or no longer when that is undefined. */
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

  /** When the next subject becomes blind; undefined while none may. */
  nextMs(): EpochMs | undefined {
    if (this.#nextKnown) return this.#nextMs;
    let next: EpochMs | undefined;
    for (const dueMs of this.#dueMs.values()) if (next === undefined || dueMs < next) next = dueMs;
    this.#nextMs = next;
    this.#nextKnown = true;
    return next;
  }

  /** Takes out the subjects that are blind by now. */
  takeDue(nowMs: EpochMs): readonly string[] {
    const next = this.nextMs();
    if (next === undefined || next > nowMs) return [];
    const due = [...this.#dueMs].filter(([, dueMs]) => dueMs <= nowMs).map(([id]) => id);
    for (const id of due) this.set(id, undefined);
    return due;
  }
}
