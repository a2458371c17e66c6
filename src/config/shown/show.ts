import { stringify } from "yaml";
import type { ProbeKind } from "../../core/checks/probe.ts";
import type { CheckBlock } from "../checks/check-block.ts";
import { envelopeOf } from "../checks/check-schema.ts";
import type { LoadedConfig, Sections } from "../loaded-config.ts";
import { shortForms } from "../short-forms/index.ts";
import { child, emptyRecord, type MapNode, type MutableJson } from "../source/node.ts";
import { inputSchemaOf, SchemaView } from "./schema-walk.ts";
import { type Findings, Showing } from "./shown-config.ts";

export type ShowRequest = Readonly<{
  root: MapNode;
  blocks: readonly CheckBlock[];
  sections: Sections;
  probes: readonly ProbeKind[];
}>;

/** Makes the form of a config that may be shown: short forms and templates expanded, secrets hidden. */
export function showConfig({ root, blocks, sections, probes }: ShowRequest): Findings {
  const showing = new Showing();
  const view = emptyRecord<MutableJson>();
  const expanded = new Set(["templates", "checks", ...shortForms.map((form) => form.key)]);
  for (const [key, { node }] of root.entries) {
    if (expanded.has(key)) continue;
    const schema = sections[key];
    view[key] = showing.show(node, [key], schema === undefined ? undefined : new SchemaView(inputSchemaOf(schema)));
  }
  const schemas = new Map(probes.map((kind) => [kind.kind, optionsView(kind)]));
  const checks = emptyRecord<MutableJson>();
  for (const block of blocks) {
    const probe = child(block.node, "probe");
    const schema = probe?.kind === "scalar" ? schemas.get(String(probe.value)) : undefined;
    checks[block.id] = showing.show(block.node, ["checks", block.id], schema);
  }
  if (blocks.length > 0) view["checks"] = checks;
  return showing.finish(view);
}

function optionsView(kind: ProbeKind): SchemaView {
  return new SchemaView({ allOf: [inputSchemaOf(envelopeOf(kind)), inputSchemaOf(kind.options)] });
}

/** The effective config as YAML: short forms and templates expanded, `${VAR}` as it was written, secrets as `<secret>`. */
export function showExpanded(config: LoadedConfig): string {
  return stringify(config.shown.view, { lineWidth: 0 });
}
