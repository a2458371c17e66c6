import type { Clock } from "../core/ports/clock.ts";

const tickMs = 100;
const gapFromMs = 250;
/** The monotonic clock of a suspended machine stands still: then only the wall clock tells. Smaller steps are NTP's. */
const suspendFromMs = 1000;
const gapsKept = 256;

type Moment = Readonly<{ monotonicMs: number; wallMs: number }>;

/** Notices that this thread did not run: a ticker whose ticks come 250 ms or more apart has found a gap, and so has one that finds the wall clock a second further than its own time. */
export class StallDetector {
  readonly #clock: Clock;
  readonly #gaps: { fromMs: number; toMs: number }[] = [];
  #lastTick: Moment | undefined;
  #cancel: () => void = () => {};
  #onTick: () => void = () => {};
  #count = 0;
  #lostMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins ticking; `onTick` is called at every tick, so that somebody can look at the clock. */
  start(onTick: () => void): void {
    this.stop();
    this.#lastTick = this.#now();
    this.#onTick = onTick;
    this.#arm();
  }

  /** The thread runs, which is all that a tick tells: the next one is due a whole distance from here, so a busy thread is never woken for it. */
  seen(): void {
    if (this.#lastTick === undefined) return;
    this.#cancel();
    this.#lastTick = this.#note(this.#now());
    this.#arm();
  }

  stop(): void {
    this.#cancel();
    this.#lastTick = undefined;
  }

  /** True when a gap lies between the two monotonic moments or touches them, also one that the ticker could not see yet. */
  overlaps(fromMs: number, toMs: number): boolean {
    // A gap that ends now is closed now, so that what starts next does not lie in it.
    if (this.#lastTick !== undefined) this.#note(this.#now());
    return this.#gaps.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs);
  }

  /** Number and length of the gaps since the last call. */
  take(): Readonly<{ count: number; lostMs: number }> {
    const taken = { count: this.#count, lostMs: this.#lostMs };
    this.#count = 0;
    this.#lostMs = 0;
    return taken;
  }

  #arm(): void {
    this.#cancel = this.#clock.setTimer(tickMs, () => {
      this.seen();
      this.#onTick();
    });
  }

  /** Looks for a gap since the last tick; a gap counts as a tick. */
  #note(now: Moment): Moment {
    const last = this.#lastTick ?? now;
    const lostMs = lostBetween(last, now);
    if (lostMs === 0) return now;
    this.#gaps.push({ fromMs: last.monotonicMs, toMs: now.monotonicMs });
    if (this.#gaps.length > gapsKept) this.#gaps.shift();
    this.#count += 1;
    this.#lostMs += lostMs;
    this.#lastTick = now;
    return now;
  }

  #now(): Moment {
    return { monotonicMs: this.#clock.monotonicMs(), wallMs: this.#clock.now() };
  }
}

/** Length of the gap between two ticks; 0 when there was none. */
function lostBetween(last: Moment, now: Moment): number {
  const ranMs = now.monotonicMs - last.monotonicMs;
  const passedMs = now.wallMs - last.wallMs;
  if (passedMs - ranMs >= suspendFromMs) return passedMs;
  return ranMs >= gapFromMs ? ranMs : 0;
}
