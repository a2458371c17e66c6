import type { EpochMs } from "../time/time.ts";

/** The only way to know and to wait for time; tests use FakeClock. */
export interface Clock {
  /** Wall clock; may jump. */
  now(): EpochMs;
  /** Milliseconds that only grow, with fractions; the origin means nothing. */
  monotonicMs(): number;
  /** Calls back once after at least `delayMs` (the callback must compare with the clock: timers can fire a little early); returns its cancellation. Delays above one minute are cut to one minute. */
  setTimer(delayMs: number, callback: () => void): () => void;
  /** Resolves after `delayMs`, or at once when the signal aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}
