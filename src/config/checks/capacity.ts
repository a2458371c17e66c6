import type { Check } from "../../core/checks/check.ts";
import { type ConfigIssue, issueOf } from "../source/issue.ts";

/** Runs per second above which one daemon is no longer expected to keep up. */
export const comfortableRunsPerSecond = 500;

/** Warns when the checks together run more often than one machine is expected to manage. */
export function capacityWarnings(checks: readonly Check[], file: string): readonly ConfigIssue[] {
  let runsPerSecond = 0;
  for (const { schedule, targets } of checks) {
    if (schedule.kind === "every") runsPerSecond += (targets.length * 1000) / schedule.everyMs;
  }
  if (runsPerSecond <= comfortableRunsPerSecond) return [];
  const advice = "lengthen intervals or expect late runs; watchfire_schedule_lag_seconds shows them";
  const message = `the checks make ${Math.round(runsPerSecond)} runs a second, more than the ${comfortableRunsPerSecond} that are comfortable: ${advice}`;
  return [issueOf(file, message)];
}
