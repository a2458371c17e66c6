import { makeMatcher } from "../../core/matching/matcher.ts";
import type { MatcherText } from "../../core/matching/matcher-text.ts";
import type { EpochMs } from "../../core/time/time.ts";

/** A silence as somebody wants it to be. */
export type SilenceWish = Readonly<{
  /** The silence that it changes; a new one when absent. */
  id?: string;
  matchers: readonly MatcherText[];
  startsAtMs: EpochMs;
  endsAtMs: EpochMs;
  createdBy: string;
  comment: string;
}>;

const largestBytes = 16 * 1024;
const mostMatchers = 64;

/** Says what is wrong with a silence, in one sentence; undefined when nothing is. */
export function silenceFault(wish: SilenceWish, nowMs: EpochMs): string | undefined {
  if (wish.startsAtMs >= wish.endsAtMs) return "start time must be before end time";
  if (wish.endsAtMs < nowMs) return "end time can't be in the past";
  const { matchers } = wish;
  if (matchers.length === 0) return "invalid silence: at least one matcher required";
  if (matchers.length > mostMatchers) return `invalid silence: more than ${mostMatchers} matchers`;
  for (const text of matchers) {
    const matcher = makeMatcher(text);
    if (!matcher.ok) return `invalid silence: ${matcher.problem}`;
  }
  if (matchers.every(acceptsMissing)) return "invalid silence: at least one matcher must not match the empty string";
  return new TextEncoder().encode(JSON.stringify(wish)).length > largestBytes
    ? `invalid silence: larger than ${largestBytes / 1024} KiB`
    : undefined;
}

/** Negative matchers count as ones that do not, as in Alertmanager: a lone `!=` makes a silence. */
function acceptsMissing(text: MatcherText): boolean {
  const matcher = makeMatcher(text);
  return !text.operator.startsWith("!") && matcher.ok && matcher.value.accepts("");
}
