import type { Clock } from "../core/ports/clock.ts";
import type { Pacer, Turn } from "../core/ports/pacer.ts";

const burst = 5;
const everyMs = 5000;
const longestWaitMs = 30_000;
const mostServices = 2000;

type Bucket = { tokens: number; filledMs: number; closedUntilMs: number };

/** A token bucket for each service: five at once, then one every 5 s; callers wait in the order they came. */
export function createPacer(clock: Pick<Clock, "monotonicMs" | "setTimer">): Pacer {
  const buckets = new Map<string, Bucket>();

  const bucketOf = (service: string): Bucket => {
    const nowMs = clock.monotonicMs();
    const known = buckets.get(service) ?? { tokens: burst, filledMs: nowMs, closedUntilMs: Number.NEGATIVE_INFINITY };
    known.tokens = Math.min(burst, known.tokens + (nowMs - known.filledMs) / everyMs);
    known.filledMs = nowMs;
    if (buckets.size >= mostServices && !buckets.has(service)) buckets.delete(buckets.keys().next().value ?? "");
    buckets.set(service, known);
    return known;
  };

  return {
    turn(service, signal) {
      const bucket = bucketOf(service);
      const closedMs = bucket.closedUntilMs - clock.monotonicMs();
      if (closedMs > 0) return Promise.resolve({ ok: false, waitMs: closedMs, because: "back_off" });
      // Taken at once, even below zero: who comes later waits longer.
      const waitMs = Math.max(0, (1 - bucket.tokens) * everyMs);
      if (waitMs > longestWaitMs) return Promise.resolve({ ok: false, waitMs, because: "budget" });
      bucket.tokens -= 1;
      if (waitMs === 0) return Promise.resolve({ ok: true });
      return wait(clock, waitMs, signal);
    },
    backOff(service, forMs) {
      bucketOf(service).closedUntilMs = clock.monotonicMs() + forMs;
    },
  };
}

function wait(clock: Pick<Clock, "setTimer">, waitMs: number, signal: AbortSignal): Promise<Turn> {
  return new Promise((resolve) => {
    const end = (turn: Turn): void => {
      signal.removeEventListener("abort", abort);
      cancel();
      resolve(turn);
    };
    const abort = (): void => end({ ok: false, waitMs, because: "budget" });
    const cancel = clock.setTimer(waitMs, () => end({ ok: true }));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
}
