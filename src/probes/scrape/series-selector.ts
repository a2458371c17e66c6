import { z } from "zod";
import type { Labels } from "../../core/labels.ts";
import { type Matcher, matches, parseMatchers } from "../../core/matching/matcher.ts";
import { compilePattern } from "../../core/matching/pattern.ts";

/** Chooses series by name, of which `*` stands for any part, and by matchers on labels. */
export type SeriesSelector = Readonly<{
  source: string;
  takesName(name: string): boolean;
  takesLabels(labels: Labels): boolean;
}>;

/** `node_*`, `http_requests_total{code=~"5.."}`; becomes a compiled selector. */
export const seriesSelectorSchema: z.ZodType<SeriesSelector, string> = z
  .string()
  .max(1000, "a selector is at most 1000 characters")
  .transform((source, context) => {
    const selector = compile(source.trim());
    if (typeof selector !== "string") return selector;
    context.addIssue({ code: "custom", message: selector });
    return z.NEVER;
  });

/** The selector, or what is wrong with it. */
function compile(source: string): SeriesSelector | string {
  const parts = /^([a-zA-Z_:*][a-zA-Z0-9_:*]*)(\{.*\})?$/s.exec(source);
  const [, name, braces] = parts ?? [];
  if (name === undefined) return `"${source}" selects no series; write a name such as node_* or name{label="value"}`;
  const labels = matchersOf(braces);
  if (typeof labels === "string") return labels;
  const takesName = nameTest(name);
  if (takesName === undefined) return `"${name}" is no pattern of a metric name`;
  return { source, takesName, takesLabels: (found) => matches(labels, found) };
}

function matchersOf(braces: string | undefined): readonly Matcher[] | string {
  if (braces === undefined) return [];
  const parsed = parseMatchers(braces);
  return parsed.ok ? parsed.value : parsed.problem;
}

function nameTest(name: string): SeriesSelector["takesName"] | undefined {
  if (!name.includes("*")) return (actual) => actual === name;
  const compiled = compilePattern(`^${name.replaceAll(/\*+/g, ".*")}$`);
  return "pattern" in compiled ? (actual) => compiled.pattern.test(actual) : undefined;
}
