import { parseMatcher } from "../../core/matching/matcher.ts";
import type { MatcherText, Parsed } from "../../core/matching/matcher-text.ts";

/** Reads matchers that somebody wrote one by one; the first that cannot be read is named. */
export function readMatchers(texts: readonly string[]): Parsed<readonly MatcherText[]> {
  const value: MatcherText[] = [];
  for (const text of texts) {
    const parsed = parseMatcher(text);
    if (!parsed.ok)
      return { ok: false, problem: `the matcher ${JSON.stringify(text)} cannot be read: ${parsed.problem}` };
    const { name, operator, value: wanted } = parsed.value;
    value.push({ name, operator, value: wanted });
  }
  return { ok: true, value };
}
