import { z } from "zod";
import type { Finding } from "../checks/finding.ts";
import { judgeAbove } from "../limits.ts";
import { durationSchema, formatDuration } from "../time/duration.ts";

/** From which duration on a run is slow. */
export const slowerThanSchema = z.strictObject({
  warning: durationSchema().optional().describe("Warn above this time for everything that the run does."),
  critical: durationSchema().optional().describe("Critical above this time."),
});

export type SlowerThan = z.infer<typeof slowerThanSchema>;

/** Flaws of a run that took too long in all. */
export function judgeTime(slower: SlowerThan, durationMs: number): readonly Finding[] {
  return judgeAbove(durationMs, slower, "slow", (limitMs) => {
    return `took ${Math.round(durationMs)} ms, more than ${formatDuration(limitMs)}`;
  });
}
