import { type Phase, phases } from "../core/checks/phases.ts";
import type { Clock } from "../core/ports/clock.ts";

/** Sums the time spent in each phase, from the moments at which phases begin; a phase entered twice is one sum. */
export class PhaseTimes {
  readonly #clock: Clock;
  readonly #sums: Partial<Record<Phase, number>> = {};
  #current: Phase | undefined;
  #sinceMs = 0;
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The phase under way; undefined before the first one. */
  get current(): Phase | undefined {
    return this.#current;
  }

  /** A phase begins, so the one before ends; ignored after `end` and for a name that is no phase. */
  begin(phase: Phase): void {
    if (this.#ended || !Object.hasOwn(phases, phase)) return;
    this.#close();
    this.#current = phase;
  }

  /** Ends the last phase and returns the sums in milliseconds, to the microsecond. */
  end(): Readonly<Partial<Record<Phase, number>>> {
    if (!this.#ended) this.#close();
    this.#ended = true;
    return this.#sums;
  }

  #close(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#current !== undefined) {
      const sumMs = (this.#sums[this.#current] ?? 0) + nowMs - this.#sinceMs;
      this.#sums[this.#current] = Math.round(sumMs * 1000) / 1000;
    }
    this.#sinceMs = nowMs;
  }
}
