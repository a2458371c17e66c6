import type { Clock } from "../../core/ports/clock.ts";

/** Gives what `work` gives, or `late` when the signal aborts or the time is over first; the work itself goes on. */
export function boundedWait<T>(
  work: Promise<T>,
  late: T,
  limits: Readonly<{ clock: Clock; atMostMs: number; signal: AbortSignal }>,
): Promise<T> {
  const { clock, atMostMs, signal } = limits;
  if (signal.aborted) return Promise.resolve(late);
  return new Promise((resolve, reject) => {
    const giveUp = (): void => settle(() => resolve(late));
    const cancelTimer = clock.setTimer(atMostMs, giveUp);
    const settle = (end: () => void): void => {
      cancelTimer();
      signal.removeEventListener("abort", giveUp);
      end();
    };
    signal.addEventListener("abort", giveUp);
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}
