import { z } from "zod";
import type { JsonNode } from "./json-node.ts";
import { parsePath } from "./parse-path.ts";
import { PathProblem } from "./path-text.ts";
import { isSingular } from "./query.ts";
import { PathBudgetSpent, Selecting } from "./select-nodes.ts";

const mostCharacters = 1_000;
const mostLooks = 200_000;

/** A JSONPath of the config, ready to ask documents. */
export type JsonPath = Readonly<{
  source: string;
  /** It can lead to one value at most. */
  isSingular: boolean;
  /** What it leads to in a document that `readJson` read, or why that would take too long. */
  select(document: unknown): Readonly<{ nodes: readonly JsonNode[] } | { problem: string }>;
}>;

/**
 * Reads a JSONPath with all of RFC 9535, but for patterns that stand in the document; patterns are RE2's.
 * Asking looks at 200 000 values at most. @see RFC 9535
 */
export function compileJsonPath(source: string): Readonly<{ path: JsonPath } | { problem: string }> {
  try {
    const query = parsePath(source);
    return { path: { source, isSingular: isSingular(query), select: (document) => select(query, document) } };
  } catch (error) {
    if (!(error instanceof PathProblem)) throw error;
    return { problem: `"${source}" is no JSONPath: ${error.message}` };
  }
}

function select(query: ReturnType<typeof parsePath>, document: unknown): ReturnType<JsonPath["select"]> {
  try {
    return { nodes: new Selecting(document, mostLooks).nodes(query) };
  } catch (error) {
    if (!(error instanceof PathBudgetSpent)) throw error;
    return { problem: `the path leads to too many values: more than ${mostLooks} were looked at` };
  }
}

/** A JSONPath in the config; becomes one that is ready to ask. */
export const jsonPathSchema: z.ZodType<JsonPath, string> = z
  .string()
  .max(mostCharacters, `a JSONPath is at most ${mostCharacters} characters`)
  .transform((source, context) => {
    const compiled = compileJsonPath(source);
    if ("path" in compiled) return compiled.path;
    context.addIssue({ code: "custom", message: compiled.problem });
    return z.NEVER;
  });
