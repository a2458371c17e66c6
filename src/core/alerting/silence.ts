import type { MatcherText } from "../matching/matcher-text.ts";
import type { EpochMs } from "../time/time.ts";

/** Keeps alerts that fit all matchers from being told for a span of time; kept a while after it has expired. */
export type Silence = Readonly<{
  id: string;
  matchers: readonly MatcherText[];
  startsAtMs: EpochMs;
  endsAtMs: EpochMs;
  updatedAtMs: EpochMs;
  createdBy: string;
  comment: string;
}>;

/** Only an active silence mutes anything. */
export type SilenceState = "pending" | "active" | "expired";

/** State of a silence by the clock. */
export function silenceState({ startsAtMs, endsAtMs }: Silence, nowMs: EpochMs): SilenceState {
  if (nowMs < startsAtMs) return "pending";
  return nowMs < endsAtMs ? "active" : "expired";
}
