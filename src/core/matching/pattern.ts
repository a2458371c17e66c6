import { RE2JS } from "re2js";
import { z } from "zod";
import { messageOf } from "../errors.ts";

/** A compiled pattern of the config; matching time grows linearly with the text, whatever the pattern. */
export type Pattern = Readonly<{
  source: string;
  test(text: string): boolean;
  /** Groups of the first match by number and name, the whole match as `0`; undefined when there is none. */
  groups(text: string): ReadonlyMap<string, string> | undefined;
}>;

/** Compiles RE2 syntax; a pattern that needs backtracking is refused, as it could stop the daemon. @see https://github.com/google/re2/wiki/Syntax */
export function compilePattern(source: string): Readonly<{ pattern: Pattern } | { problem: string }> {
  try {
    const compiled = RE2JS.compile(source);
    return { pattern: { source, test: (text) => compiled.test(text), groups: (text) => groupsOf(compiled, text) } };
  } catch (error) {
    const backtracking = /\(\?<?[=!]|\\[1-9]/.test(source);
    const why = backtracking
      ? "look-around and back-references are not in RE2, whose syntax counts here; say it with not_matches or a plainer pattern"
      : messageOf(error);
    return { problem: `"${source}" is no RE2 pattern: ${why}` };
  }
}

function groupsOf(compiled: RE2JS, text: string): ReadonlyMap<string, string> | undefined {
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return undefined;
  const groups = new Map<string, string>();
  for (let index = 0; index <= matcher.groupCount(); index += 1) groups.set(String(index), matcher.group(index) ?? "");
  for (const name of Object.keys(compiled.namedGroups())) groups.set(name, matcher.group(name) ?? "");
  return groups;
}

/** An RE2 pattern in the config; becomes a compiled one. */
export const patternSchema: z.ZodType<Pattern, string> = z
  .string()
  .min(1, "a pattern must not be empty: it would match everything")
  .max(1_000, "a pattern is at most 1000 characters")
  .transform((source, context) => {
    const compiled = compilePattern(source);
    if ("pattern" in compiled) return compiled.pattern;
    context.addIssue({ code: "custom", message: compiled.problem });
    return z.NEVER;
  });
