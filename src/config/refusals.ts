import type { Check } from "../core/checks/check.ts";
import type { Service } from "../core/service.ts";
import type { Blocks } from "./checks/collect-blocks.ts";
import type { ReadSections } from "./read-sections.ts";
import { shortForms } from "./short-forms/index.ts";
import { child, type MapNode, pathText } from "./source/node.ts";

type Readings = Readonly<{
  blocks: Blocks;
  checks: readonly Check[];
  services: readonly Service[];
  sections: ReadSections;
}>;

/** Tells of a name whether something that is written has it, or makes a check of it, but was not accepted. */
export function refusals(root: MapNode, { blocks, checks, services, sections }: Readings): (name: string) => boolean {
  const accepted = new Set(checks.map(({ id }) => id));
  const accepts = new Set(services.map(({ id }) => id));
  const expanded = new Set(blocks.blocks.map(({ pathOf }) => pathText(pathOf([]).slice(0, 2))));
  const idsOf = (section: string): readonly string[] => {
    const node = child(root, section);
    return node?.kind === "map" ? [...node.entries.keys()] : [];
  };
  const entries = ["checks", ...shortForms.map(({ key }) => key)].flatMap((section) =>
    idsOf(section).filter((id) => !expanded.has(pathText([section, id]))),
  );
  const names = new Set([
    ...sections.refused,
    ...idsOf("services").filter((id) => !accepts.has(id)),
    ...blocks.blocks.map(({ id }) => id).filter((id) => !accepted.has(id)),
    ...entries,
  ]);
  return (name) => names.has(name) || entries.some((entry) => name.startsWith(`${entry}-`));
}
