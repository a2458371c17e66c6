import type { Check } from "../../core/check.ts";

/** How long an outage of a check stays unnoticed, at most: until the next run, until that is confirmed. */
export type DetectionTime = Readonly<{ nextRunMs: number; confirmMs: number }>;

/** Reckons the longest detection of an outage; undefined for checks that do not run by an interval. */
export function detectionTime(check: Check): DetectionTime | undefined {
  const { schedule, jitterMs, timeoutMs, failureThreshold, retryIntervalMs } = check;
  if (schedule.kind !== "every") return undefined;
  const betweenMs = retryIntervalMs ?? schedule.everyMs;
  return {
    nextRunMs: schedule.everyMs + jitterMs,
    confirmMs: (failureThreshold - 1) * betweenMs + timeoutMs,
  };
}
