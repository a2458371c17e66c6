import type { Deadline, Deadlines } from "../../../src/core/ports/deadlines.ts";

/** Deadlines that fall when everything that is still under way has been told to be silent, however long that takes. */
export class PatientDeadlines implements Deadlines {
  readonly #open = new Set<AbortController>();
  #silences = 0;

  within(_afterMs: number, signal: AbortSignal): Deadline {
    const controller = new AbortController();
    signal.addEventListener("abort", () => controller.abort(), { once: true });
    this.#open.add(controller);
    return {
      signal: controller.signal,
      end: () => {
        this.#open.delete(controller);
        this.#check();
      },
    };
  }

  /** A server that was asked says nothing. */
  silence(): void {
    this.#silences += 1;
    this.#check();
  }

  #check(): void {
    if (this.#silences === 0 || this.#open.size > this.#silences) return;
    this.#silences = 0;
    for (const controller of this.#open) controller.abort();
  }
}
