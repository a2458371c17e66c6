import type { Clock } from "../core/ports/clock.ts";
import type { EpochMs } from "../core/time/time.ts";
import type { Timeline } from "./timeline.ts";

/** Between two wake-ups lies at least this long: what falls due meanwhile starts together, which costs a third of a timer each. */
const batchMs = 40;
const longestMs = 60_000;

/** One timer for the whole queue: calls back at or shortly after the wanted time, and at least once a minute to look at the clock. */
export class WakeUp {
  readonly #clock: Clock;
  readonly #line: Timeline;
  readonly #callback: () => void;
  #cancel: () => void = () => {};
  #armedForMs = Number.POSITIVE_INFINITY;
  #lastMs: EpochMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, line: Timeline, callback: () => void) {
    this.#clock = clock;
    this.#line = line;
    this.#callback = callback;
  }

  /** Wakes at `atMs` of the time line; does nothing when it wakes earlier anyway. */
  by(atMs: EpochMs): void {
    const wantedMs = Math.max(atMs, this.#lastMs + batchMs);
    if (wantedMs >= this.#armedForMs) return;
    this.#cancel();
    this.#armedForMs = wantedMs;
    const delayMs = Math.min(longestMs, Math.max(1, Math.ceil(wantedMs - this.#line.nowMs())));
    this.#cancel = this.#clock.setTimer(delayMs, () => this.now());
  }

  /** Wakes at once when the time line is past the wanted time: a stalled thread or a stepped clock. */
  check(): void {
    if (this.#line.nowMs() >= this.#armedForMs) this.now();
  }

  now(): void {
    this.#cancel();
    this.#armedForMs = Number.POSITIVE_INFINITY;
    this.#lastMs = this.#line.nowMs();
    this.#callback();
  }

  stop(): void {
    this.#cancel();
  }
}
