import type { EpochMs } from "../../core/time/time.ts";

/**
 * Says where moments come when the clock was set back to `nowMs`: none after it, in the order that they had, a millisecond
 * apart. What lies further back than they need stays where it is, and so does what is none of them.
 */
export function momentsUntil(nowMs: EpochMs, moments: Iterable<EpochMs>): (atMs: EpochMs) => EpochMs {
  const moved = new Map<EpochMs, EpochMs>();
  let latestMs = nowMs;
  for (const atMs of [...new Set(moments)].sort((a, b) => b - a)) {
    if (atMs <= latestMs) break;
    moved.set(atMs, latestMs);
    latestMs -= 1;
  }
  return (atMs) => moved.get(atMs) ?? atMs;
}
