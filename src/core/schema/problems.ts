import type { z } from "zod";
import { unknownKey } from "./unknown-name.ts";

type Path = readonly (string | number)[];

/** What is wrong at a path of what was read; `atKey` points at the key, not at its value. */
export type Problem = Readonly<{ path: Path; message: string; atKey?: boolean }>;

type Issue = z.core.$ZodIssue;

/**
 * The problems that a parse with `wordsFor` found, one for each unknown key and one for a union, whose branch that was meant
 * speaks. `knownKeys` are keys that are read elsewhere but belong into suggestions at the root.
 */
export function problemsOf(issues: readonly Issue[], knownKeys: readonly string[] = []): readonly Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, [], knownKeys));
}

function problemsOfIssue(issue: Issue, prefix: Path, knownKeys: readonly string[]): readonly Problem[] {
  const path = [...prefix, ...(issue.path as Path)];
  if (issue.code === "unrecognized_keys") {
    const known = [...issue.message.split("\n"), ...(path.length === 0 ? knownKeys : [])];
    return issue.keys.map((key) => ({ path: [...path, key], atKey: true, message: unknownKey(key, known) }));
  }
  if (issue.code === "invalid_key") {
    return [{ path, atKey: true, message: issue.issues.map((inner) => inner.message).join("; ") }];
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) return unionProblems(issue.errors, path, knownKeys);
  return [{ path, message: issue.message }];
}

// The branch whose complaints lie deepest is the one that was meant; where all complain at the top, each says what it takes.
function unionProblems(
  branches: readonly (readonly Issue[])[],
  path: Path,
  knownKeys: readonly string[],
): readonly Problem[] {
  const depthOf = (issues: readonly Issue[]): number =>
    Math.max(...issues.map((issue) => issue.path.length + (issue.code === "unrecognized_keys" ? 1 : 0)));
  const ranked = [...branches].sort((a, b) => depthOf(b) - depthOf(a) || a.length - b.length);
  const [best = []] = ranked;
  if (depthOf(best) > 0) return best.flatMap((issue) => problemsOfIssue(issue, path, knownKeys));
  const messages = new Set(ranked.flatMap((issues) => issues.map((issue) => issue.message)));
  return [{ path, message: [...messages].join(", or ") }];
}
