import type { Clock } from "../core/ports/clock.ts";
import type { Deadlines } from "../core/ports/deadlines.ts";

/** Makes deadlines on the machine's clock; each is at most one minute long, as a timer is. */
export function createDeadlines(clock: Pick<Clock, "setTimer">): Deadlines {
  return {
    within(afterMs, signal) {
      const controller = new AbortController();
      const abort = (): void => controller.abort();
      const cancel = clock.setTimer(afterMs, abort);
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) abort();
      return {
        signal: controller.signal,
        end() {
          cancel();
          signal.removeEventListener("abort", abort);
        },
      };
    },
  };
}
