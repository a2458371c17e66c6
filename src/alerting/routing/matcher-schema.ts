import { z } from "zod";
import { invariant } from "../../core/errors.ts";
import { type Matcher, parseMatcher } from "../../core/matching/matcher.ts";
import type { MatcherText } from "../../core/matching/matcher-text.ts";

/** One matcher in the config; it stays text, so that what was parsed is plain data. */
export const matcherSchema = z
  .string()
  .superRefine((text, context) => {
    const parsed = parseMatcher(text);
    if (parsed.ok) return;
    context.addIssue({
      code: "custom",
      message: `${parsed.problem}; write name=value, name!=value, name=~pattern or name!~pattern`,
    });
  })
  .meta({ examples: ["tier=application", 'host=~"db-.*"'] });

/** Reads matchers that the schema has accepted, as plain data. */
export function matcherTexts(texts: readonly string[]): readonly MatcherText[] {
  return compileMatchers(texts).map(({ name, operator, value }) => ({ name, operator, value }));
}

/** Compiles matchers that the schema has accepted. */
export function compileMatchers(texts: readonly string[]): readonly Matcher[] {
  return texts.map((text) => {
    const parsed = parseMatcher(text);
    invariant(parsed.ok, `the schema let the matcher "${text}" pass`);
    return parsed.value;
  });
}
