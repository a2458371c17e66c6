import { z } from "zod";
import { durationSchema, formatDuration } from "./duration.ts";
import type { Finding } from "./finding.ts";
import type { Severity } from "./severity.ts";

/** From which duration on a run is slow. */
export const slowerThanSchema = z.strictObject({
  warning: durationSchema().optional().describe("Warn above this time for everything that the run does."),
  critical: durationSchema().optional().describe("Critical above this time."),
});

export type SlowerThan = z.infer<typeof slowerThanSchema>;

/** Flaws of a run that took too long in all. */
export function judgeTime(slower: SlowerThan, durationMs: number): readonly Finding[] {
  const flaw = (severity: Severity, limitMs: number): readonly Finding[] => [
    {
      is: "flaw",
      severity,
      reason: "slow",
      detail: `took ${Math.round(durationMs)} ms, more than ${formatDuration(limitMs)}`,
    },
  ];
  if (slower.critical !== undefined && durationMs > slower.critical) return flaw("critical", slower.critical);
  return slower.warning !== undefined && durationMs > slower.warning ? flaw("warning", slower.warning) : [];
}
