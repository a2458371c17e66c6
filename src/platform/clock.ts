import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../core/ports/clock.ts";

const longestTimerMs = 60_000;

/** The machine's clock. Timers are cut to one minute, so that a suspended machine or a delay above 2^31 ms cannot confuse them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, Math.max(0, Math.min(delayMs, longestTimerMs)));
    return () => clearTimeout(timer);
  },
  async sleep(delayMs, signal) {
    const wakeAtMs = performance.now() + delayMs;
    try {
      for (let restMs = delayMs; restMs > 0; restMs = wakeAtMs - performance.now()) {
        await sleep(Math.min(restMs, longestTimerMs), undefined, signal === undefined ? {} : { signal });
      }
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};
