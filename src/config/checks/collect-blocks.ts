import { idSchema } from "../../core/schema/name-schema.ts";
import { unknownOf } from "../../core/schema/unknown-name.ts";
import type { ShortForm } from "../short-forms/short-form.ts";
import { type ConfigIssue, issueAt } from "../source/issue.ts";
import { mergeMaps, placeText, withoutRemoved } from "../source/merge.ts";
import { type ConfigNode, child, type MapEntry, type MapNode, type Place } from "../source/node.ts";
import type { CheckBlock } from "./check-block.ts";

export type Blocks = Readonly<{
  blocks: readonly CheckBlock[];
  issues: readonly ConfigIssue[];
  warnings: readonly ConfigIssue[];
}>;

/** Collects the checks of a merged config: lays templates under them, expands short forms, and refuses two checks of one id. */
export function collectBlocks(root: MapNode, shortForms: readonly ShortForm[]): Blocks {
  const issues: ConfigIssue[] = [];
  const templates = namedMaps(root, "templates", issues);
  const used = new Set<string>();
  const blocks = new Map<string, CheckBlock>();
  const add = (block: CheckBlock): void => {
    const first = blocks.get(block.id);
    if (first === undefined) blocks.set(block.id, block);
    else {
      const other = placeText(first.keyPlace);
      issues.push(
        issueAt(
          block.keyPlace,
          block.pathOf([]),
          `there is already a check "${block.id}", in ${other}; rename one of them`,
        ),
      );
    }
  };
  for (const [id, entry] of namedMaps(root, "checks", issues)) {
    const node = withTemplates(entry.node, id, { templates, used, issues });
    add({ id, keyPlace: entry.keyPlace, node, pathOf: (path) => ["checks", id, ...path], exempt: [] });
  }
  for (const form of shortForms) {
    const expansion = form.expand(namedMaps(root, form.key, issues), root);
    issues.push(...expansion.issues);
    for (const block of expansion.blocks) add(block);
  }
  const warnings = [...templates]
    .filter(([id]) => !used.has(id))
    .map(([id, entry]) => issueAt(entry.keyPlace, ["templates", id], "no check uses this template"));
  return { blocks: [...blocks.values()], issues, warnings };
}

type NamedMap = Readonly<{ keyPlace: Place; node: MapNode }>;

function namedMaps(root: MapNode, section: string, issues: ConfigIssue[]): ReadonlyMap<string, NamedMap> {
  const found = new Map<string, NamedMap>();
  const node = child(root, section);
  if (node === undefined) return found;
  if (node.kind !== "map") {
    issues.push(issueAt(node.place, [section], "must be a map from id to block"));
    return found;
  }
  for (const [id, entry] of node.entries) {
    const named = idSchema.safeParse(id);
    if (!named.success) {
      issues.push(issueAt(entry.keyPlace, [section, id], named.error.issues.map((issue) => issue.message).join("; ")));
    } else if (entry.node.kind !== "map") issues.push(issueAt(entry.keyPlace, [section, id], "must be a map"));
    else found.set(id, { keyPlace: entry.keyPlace, node: entry.node });
  }
  return found;
}

type Templating = Readonly<{ templates: ReadonlyMap<string, NamedMap>; used: Set<string>; issues: ConfigIssue[] }>;

function withTemplates(block: MapNode, id: string, { templates, used, issues }: Templating): MapNode {
  const list = child(block, "use");
  if (list?.kind !== "list") return withoutRemoved(block);
  let merged: MapNode | undefined;
  for (const [index, item] of list.items.entries()) {
    const name = textOf(item);
    const template = name === undefined ? undefined : templates.get(name);
    if (template === undefined) {
      const path = ["checks", id, "use", index];
      const message =
        name === undefined ? "must be the id of a template" : unknownOf("template", name, [...templates.keys()]);
      issues.push(issueAt(item.place, path, message));
      continue;
    }
    used.add(name ?? "");
    const nested = template.node.entries.get("use");
    if (nested !== undefined) {
      issues.push(issueAt(nested.keyPlace, ["templates", name ?? "", "use"], "a template cannot use other templates"));
    }
    merged = merged === undefined ? template.node : mergeMaps(merged, template.node);
  }
  const own = withoutUse(block);
  return withoutRemoved(merged === undefined ? own : mergeMaps(withoutUse(merged), own));
}

// The list has done its work; what is wrong inside it was reported here.
function withoutUse(node: MapNode): MapNode {
  const entries = new Map<string, MapEntry>([...node.entries].filter(([key]) => key !== "use"));
  return { ...node, entries };
}

function textOf(node: ConfigNode): string | undefined {
  return node.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}
