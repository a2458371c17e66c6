import { type ConfigIssue, issueAt } from "./issue.ts";
import {
  type ConfigNode,
  child,
  type MapEntry,
  type MapNode,
  mapOf,
  type NodePath,
  type Place,
  pathText,
} from "./node.ts";

/** Lays `upper` over `lower`: maps merge by key, scalars and lists replace; a null stays as the mark of a removal until `withoutRemoved`. */
export function mergeMaps(lower: MapNode, upper: MapNode): MapNode {
  const entries = new Map(lower.entries);
  for (const [key, entry] of upper.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? entry : mergeEntries(below, entry));
  }
  return mapOf(upper.place, entries);
}

function mergeEntries(below: MapEntry, above: MapEntry): MapEntry {
  if (below.node.kind !== "map" || above.node.kind !== "map") return above;
  return { keyPlace: below.keyPlace, node: mergeMaps(below.node, above.node) };
}

/** Drops every key whose value is null; nulls in lists stay. */
export function withoutRemoved(node: MapNode): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    if (entry.node.kind === "map") entries.set(key, { keyPlace: entry.keyPlace, node: withoutRemoved(entry.node) });
    else if (!isNull(entry.node)) entries.set(key, entry);
  }
  return mapOf(node.place, entries);
}

/**
 * Drops what is removed from a merged config; inside a check a null stays, since it may remove what a template sets, and so it does
 * in rules, for what a pack sets.
 */
export function withoutRemovedKeys(root: MapNode): MapNode {
  const entries = new Map(withoutRemoved(root).entries);
  const checks = root.entries.get("checks");
  if (checks?.node.kind === "map") {
    const kept = [...checks.node.entries].filter(([, { node }]) => !isNull(node));
    entries.set("checks", { keyPlace: checks.keyPlace, node: mapOf(checks.node.place, kept) });
  }
  const rules = root.entries.get("rules");
  if (rules?.node.kind === "map") entries.set("rules", rules);
  return mapOf(root.place, entries);
}

/** Warns about each null that removes nothing: mostly a key whose value was forgotten. */
export function idleRemovals(layers: readonly MapNode[]): readonly ConfigIssue[] {
  const warnings: ConfigIssue[] = [];
  let lower: MapNode | undefined;
  for (const layer of layers) {
    collectIdle(lower, layer, [], warnings);
    lower = lower === undefined ? layer : mergeMaps(lower, layer);
  }
  return warnings;
}

function collectIdle(lower: ConfigNode | undefined, upper: MapNode, path: NodePath, warnings: ConfigIssue[]): void {
  for (const [key, { keyPlace, node }] of upper.entries) {
    const below = child(lower, key);
    const here = [...path, key];
    if (path[0] === "checks" && path.length === 2 && (upper.entries.has("use") || child(lower, "use") !== undefined))
      continue;
    if (node.kind === "map") collectIdle(below, node, here, warnings);
    else if (isNull(node) && (below === undefined || isNull(below))) {
      warnings.push(issueAt(keyPlace, here, "has no value and removes nothing; give it a value or delete the line"));
    }
  }
}

/** Lays files of equal rank over each other; the same leaf set by two of them is an issue that names both. */
export function mergeEqualRank(
  files: readonly MapNode[],
): Readonly<{ merged?: MapNode; issues: readonly ConfigIssue[] }> {
  const issues: ConfigIssue[] = [];
  let merged: MapNode | undefined;
  for (const file of files) {
    if (merged !== undefined) collectClashes(merged, file, [], issues);
    merged = merged === undefined ? file : mergeMaps(merged, file);
  }
  return merged === undefined ? { issues } : { merged, issues };
}

function collectClashes(lower: MapNode, upper: MapNode, path: NodePath, issues: ConfigIssue[]): void {
  for (const [key, entry] of upper.entries) {
    const below = lower.entries.get(key);
    if (below === undefined) continue;
    const here = [...path, key];
    if (below.node.kind === "map" && entry.node.kind === "map") collectClashes(below.node, entry.node, here, issues);
    else {
      const message = `"${pathText(here)}" is also set in ${placeText(below.keyPlace)}; files in conf.d must not set the same key twice`;
      issues.push(issueAt(entry.keyPlace, here, message));
    }
  }
}

/** `file:line:column`. */
export function placeText(place: Place): string {
  return `${place.source.file}:${place.line}:${place.column}`;
}

function isNull(node: ConfigNode): boolean {
  return node.kind === "scalar" && node.value === null;
}
