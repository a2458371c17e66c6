import type { Clock } from "../core/ports/clock.ts";

const tickMs = 100;
const gapFromMs = 250;
const gapsKept = 256;

/** Notices that this thread did not run: a ticker whose ticks come 250 ms or more apart has found a gap. */
export class StallDetector {
  readonly #clock: Clock;
  readonly #gaps: { fromMs: number; toMs: number }[] = [];
  #lastTickMs: number | undefined;
  #cancel: () => void = () => {};
  #count = 0;
  #lostMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins ticking; `onTick` is called at every tick, so that somebody can look at the clock. */
  start(onTick: () => void): void {
    this.stop();
    this.#lastTickMs = this.#clock.monotonicMs();
    const tick = (): void => {
      const nowMs = this.#clock.monotonicMs();
      this.#note(nowMs);
      this.#lastTickMs = nowMs;
      this.#cancel = this.#clock.setTimer(tickMs, tick);
      onTick();
    };
    this.#cancel = this.#clock.setTimer(tickMs, tick);
  }

  stop(): void {
    this.#cancel();
    this.#lastTickMs = undefined;
  }

  /** True when a gap lies between the two monotonic moments or touches them, also one that the ticker could not see yet. */
  overlaps(fromMs: number, toMs: number): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (this.#lastTickMs !== undefined && nowMs - this.#lastTickMs >= gapFromMs && toMs > this.#lastTickMs) return true;
    return this.#gaps.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs);
  }

  /** Number and length of the gaps since the last call. */
  take(): Readonly<{ count: number; lostMs: number }> {
    const taken = { count: this.#count, lostMs: this.#lostMs };
    this.#count = 0;
    this.#lostMs = 0;
    return taken;
  }

  #note(nowMs: number): void {
    const fromMs = this.#lastTickMs ?? nowMs;
    if (nowMs - fromMs < gapFromMs) return;
    this.#gaps.push({ fromMs, toMs: nowMs });
    if (this.#gaps.length > gapsKept) this.#gaps.shift();
    this.#count += 1;
    this.#lostMs += nowMs - fromMs;
  }
}
