import type { PackRule, RulePack } from "../../core/alerting/rule-pack.ts";
import type { Json } from "../../core/json.ts";
import { unknownOf } from "../../core/schema/unknown-name.ts";
import { languages } from "../general-schema.ts";
import { type ConfigIssue, issueAt } from "../source/issue.ts";
import { mergeMaps, withoutRemoved } from "../source/merge.ts";
import {
  type ConfigNode,
  child,
  type MapEntry,
  type MapNode,
  mapOf,
  type NodePath,
  type Place,
  pathText,
} from "../source/node.ts";
import { tuneDisks } from "./tune-disks.ts";
import { tuneServices } from "./tune-services.ts";

type Language = (typeof languages)[number];

/** A config with the rules of its packs, and the paths that these set: a null of the user's removes something there. */
export type ExpandedPacks = Readonly<{
  root: MapNode;
  packPaths: ReadonlySet<string>;
  issues: readonly ConfigIssue[];
}>;

/** Lays the user's `rules` over those of the packs that are switched on: by key, as layers lie over each other; a null removes. */
export function expandPacks(written: MapNode, packs: readonly RulePack[]): ExpandedPacks {
  const { root, issues: faults } = withoutStrays(written, packs);
  const brought = rulesOf(root, packs);
  const { rules: tuned, issues: disks } = tuneDisks(root, brought, packs);
  const rules = tuneServices(root, tuned, packs);
  const issues = [...faults, ...disks];
  const packPaths = new Set<string>();
  for (const [id, { node }] of brought) collectPaths(node, ["rules", id], packPaths);
  const own = root.entries.get("rules");
  const [first] = brought.values();
  const keyPlace = own?.keyPlace ?? first?.keyPlace;
  if (keyPlace === undefined || (own !== undefined && own.node.kind !== "map")) return { root, packPaths, issues };
  const below = mapOf(keyPlace, rules);
  const merged = withoutRemoved(own?.node.kind === "map" ? mergeMaps(below, own.node) : below);
  const entries = new Map(root.entries);
  entries.set("rules", { keyPlace, node: merged });
  return { root: mapOf(root.place, entries), packPaths, issues };
}

/** Packs that there are not, and overrides of rules whose pack is off: each is told once and left out of what the schemas read. */
function withoutStrays(root: MapNode, packs: readonly RulePack[]): Readonly<{ root: MapNode; issues: ConfigIssue[] }> {
  const issues: ConfigIssue[] = [];
  const ids = packs.map(({ id }) => id);
  const unknown = strayEntries(root, "packs", (id) => {
    return ids.includes(id) || packs.length === 0 ? undefined : unknownOf("pack", id, ids);
  });
  const headless = strayEntries(root, "rules", (id, node) => {
    const pack = packs.find(({ rules }) => Object.hasOwn(rules, id));
    if (pack === undefined || node.kind !== "map" || node.entries.has("kind")) return undefined;
    if (switchedOnAt(root, pack) !== undefined) return undefined;
    return `is a rule of the pack "${pack.id}", which is off: write packs: { ${pack.id}: true }, or give this rule a kind of its own`;
  });
  const entries = new Map(root.entries);
  for (const [section, strays] of [
    ["packs", unknown],
    ["rules", headless],
  ] as const) {
    const entry = root.entries.get(section);
    if (entry?.node.kind !== "map" || strays.size === 0) continue;
    for (const [id, message] of strays)
      issues.push(issueAt(entry.node.entries.get(id)?.keyPlace ?? entry.keyPlace, [section, id], message));
    const kept = [...entry.node.entries].filter(([id]) => !strays.has(id));
    entries.set(section, { ...entry, node: mapOf(entry.node.place, kept) });
  }
  return issues.length === 0 ? { root, issues } : { root: mapOf(root.place, entries), issues };
}

function strayEntries(
  root: MapNode,
  section: string,
  faultOf: (id: string, node: ConfigNode) => string | undefined,
): ReadonlyMap<string, string> {
  const node = root.entries.get(section)?.node;
  const strays = new Map<string, string>();
  for (const [id, entry] of node?.kind === "map" ? node.entries : []) {
    const fault = faultOf(id, entry.node);
    if (fault !== undefined) strays.set(id, fault);
  }
  return strays;
}

function rulesOf(root: MapNode, packs: readonly RulePack[]): ReadonlyMap<string, MapEntry> {
  const language = languages.find((each) => each === scalarOf(child(root, "language"))) ?? "en";
  const rules = new Map<string, MapEntry>();
  for (const pack of packs) {
    const keyPlace = switchedOnAt(root, pack);
    if (keyPlace === undefined) continue;
    for (const [id, rule] of Object.entries(pack.rules))
      rules.set(id, { keyPlace, node: nodeOf(blockOf(rule, language), keyPlace) });
  }
  return rules;
}

function switchedOnAt(root: MapNode, { id, onWith }: RulePack): Place | undefined {
  const packs = root.entries.get("packs")?.node;
  const entry = packs?.kind === "map" ? packs.entries.get(id) : undefined;
  if (entry !== undefined) return isTrue(entry.node) ? entry.keyPlace : undefined;
  const section = onWith === undefined ? undefined : root.entries.get(onWith);
  return section?.node.kind === "map" && section.node.entries.size > 0 ? section.keyPlace : undefined;
}

function isTrue(node: ConfigNode): boolean {
  return node.kind === "scalar" && (node.value === true || node.alternatives?.includes(true) === true);
}

function scalarOf(node: ConfigNode | undefined): unknown {
  return node?.kind === "scalar" ? node.value : undefined;
}

function blockOf({ title, summary, runbook, block }: PackRule, language: Language): Readonly<Record<string, Json>> {
  const { kind, ...rest } = block;
  const words = { title: title[language], summary: summary[language], runbook: runbook[language] };
  return { ...(kind === undefined ? {} : { kind }), ...words, ...rest };
}

function nodeOf(json: Json, place: Place): ConfigNode {
  if (Array.isArray(json)) return { kind: "list", place, items: json.map((item: Json) => nodeOf(item, place)) };
  if (json !== null && typeof json === "object") {
    return mapOf(
      place,
      Object.entries(json).map(([key, value]) => [key, { keyPlace: place, node: nodeOf(value, place) }] as const),
    );
  }
  return { kind: "scalar", place, value: json };
}

function collectPaths(node: ConfigNode, path: NodePath, paths: Set<string>): void {
  paths.add(pathText(path));
  if (node.kind === "map") for (const [key, entry] of node.entries) collectPaths(entry.node, [...path, key], paths);
}
