import type { Clock } from "../core/ports/clock.ts";
import type { EpochMs } from "../core/time/time.ts";

/** Share of real time by which the line lags while it waits for a wall clock that was set back. */
const waitingShare = 0.1;

/**
 * The scheduler's time: wall time at the start plus monotonic time, so it never runs backwards and never stands still.
 * A forward step of the wall clock is taken at once. A backward step is taken by waiting: the line runs a tenth slower
 * until the wall clock has caught up, so no slot comes twice and probing never pauses.
 */
export class Timeline {
  readonly #clock: Clock;
  #lineMs: EpochMs;
  #monotonicMs: number;

  /** Begins at the wall clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lineMs = clock.now();
    this.#monotonicMs = clock.monotonicMs();
  }

  /** Moves the line to at least `atLeastMs`: a stored slot may lie ahead when the wall clock was set back while nothing ran. */
  raiseTo(atLeastMs: EpochMs): void {
    this.#lineMs = Math.max(this.nowMs(), atLeastMs);
  }

  /** The line's time; at least what it last said. */
  nowMs(): EpochMs {
    const monotonicMs = this.#clock.monotonicMs();
    const elapsedMs = Math.max(0, monotonicMs - this.#monotonicMs);
    const aheadMs = this.#lineMs + elapsedMs - this.#clock.now();
    this.#monotonicMs = monotonicMs;
    this.#lineMs += aheadMs <= 0 ? elapsedMs - aheadMs : elapsedMs - Math.min(aheadMs, elapsedMs * waitingShare);
    return this.#lineMs;
  }

  /** How far the line is ahead of the wall clock; 0 unless the wall clock was set back. */
  skewMs(): number {
    return Math.max(0, this.nowMs() - this.#clock.now());
  }
}
