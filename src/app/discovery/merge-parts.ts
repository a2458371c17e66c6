import type { SourcePart, TargetGroup } from "../../core/ports/target-source.ts";

export type Parts = ReadonlyMap<string, readonly TargetGroup[]>;
export type MergedParts = Readonly<{ parts: Parts; problems: readonly string[] }>;

/**
 * What counts after a reading: a part that could not be read keeps what it listed before, and a source that lists nothing at all
 * is taken for one that failed unless it may be empty; then all that was known stays.
 */
export function mergeParts(before: Parts, read: readonly SourcePart[], mayBeEmpty: boolean): MergedParts {
  const parts = new Map<string, readonly TargetGroup[]>();
  const problems: string[] = [];
  for (const part of read) {
    if ("groups" in part) {
      parts.set(part.name, part.groups);
      continue;
    }
    problems.push(`${part.name}: ${part.problem}`);
    const known = before.get(part.name);
    if (known !== undefined) parts.set(part.name, known);
  }
  if (mayBeEmpty && problems.length === 0) return { parts, problems };
  if (countTargets(parts) > 0) return { parts, problems };
  return {
    parts: before,
    problems: problems.length > 0 ? problems : ["it lists no target (may_be_empty: true believes that)"],
  };
}

/** Entries of all parts together. */
export function countTargets(parts: Parts): number {
  let count = 0;
  for (const groups of parts.values()) for (const { targets } of groups) count += targets.length;
  return count;
}
