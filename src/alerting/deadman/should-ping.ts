import type { EpochMs } from "../../core/time/time.ts";

/** When each part of the daemon last made progress. */
export type DaemonProgress = Readonly<{ schedulingAtMs: EpochMs; storingAtMs: EpochMs; sendingAtMs: EpochMs }>;

export type DaemonPart = "scheduling" | "storing" | "sending";

const parts = [
  ["scheduling", "schedulingAtMs", 60_000],
  ["storing", "storingAtMs", 120_000],
  ["sending", "sendingAtMs", 120_000],
] as const;

/** Names the parts that have made no progress for too long (scheduling one minute, storing and sending two); pings go out only while there is none. */
export function stalledParts(progress: DaemonProgress, nowMs: EpochMs): readonly DaemonPart[] {
  return parts.filter(([, key, longestMs]) => nowMs - progress[key] > longestMs).map(([part]) => part);
}

/** True while scheduling, storing and sending all make progress. */
export function shouldPing(progress: DaemonProgress, nowMs: EpochMs): boolean {
  return stalledParts(progress, nowMs).length === 0;
}
