import { type Blocks } from "./checks/collect-blocks.ts";
import type { Origin } from "./loaded-config.ts";
import { shortForms } from "./short-forms/index.ts";
import { type ConfigNode, emptyRecord, type MapNode, type NodePath, type Place, pathText } from "./source/node.ts";

const unitsOwn: ReadonlySet<string> = new Set(["checks", "templates", ...shortForms.map((form) => form.key)]);

/** Of checks only what is judged together with other sections. */
export function dependencyOrigins({ blocks }: Blocks): Record<string, Origin> {
  const origins = emptyRecord<Origin>();
  for (const { node, pathOf, id } of blocks) {
    const entry = node.entries.get("depends_on");
    if (entry === undefined) continue;
    const { source, line, column } = entry.keyPlace;
    const origin = { file: source.file, layer: source.layer, line, column };
    origins[pathText(["checks", id, "depends_on"])] = { ...origin, writtenAs: pathText(pathOf(["depends_on"])) };
  }
  return origins;
}

/** Where each key of the root was written, but for those of checks. */
export function originsOf(root: MapNode): Record<string, Origin> {
  const origins = emptyRecord<Origin>();
  const visit = (node: ConfigNode, path: NodePath, place: Place): void => {
    const { source, line, column } = place;
    origins[pathText(path)] = { file: source.file, layer: source.layer, line, column };
    if (node.kind === "list")
      for (const [index, item] of node.items.entries()) visit(item, [...path, index], item.place);
    if (node.kind === "map") for (const [key, entry] of node.entries) visit(entry.node, [...path, key], entry.keyPlace);
  };
  for (const [key, entry] of root.entries) if (!unitsOwn.has(key)) visit(entry.node, [key], entry.keyPlace);
  return origins;
}
