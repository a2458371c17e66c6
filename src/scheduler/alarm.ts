import type { Clock } from "../core/ports/clock.ts";

/** Calls back once, never before the monotonic clock reaches `atMs`, however far that is; returns its cancellation. */
export function setAlarm(clock: Clock, atMs: number, callback: () => void): () => void {
  let cancel: () => void;
  const arm = (): void => {
    // Timers may fire early and are cut to one minute: an early one is set again.
    cancel = clock.setTimer(Math.max(1, Math.ceil(atMs - clock.monotonicMs())), () => {
      if (clock.monotonicMs() < atMs) arm();
      else callback();
    });
  };
  arm();
  return () => cancel();
}
