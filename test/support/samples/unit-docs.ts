import { z } from "zod";
import type { ProbeKind } from "../../../src/core/checks/probe.ts";

type Property = Readonly<{
  description?: string;
  default?: unknown;
  properties?: Readonly<Record<string, Property>>;
  /** Schema of the values of a map whose keys the user chooses. */
  additionalProperties?: Property | boolean;
  items?: Property | boolean;
  const?: unknown;
  anyOf?: readonly Property[];
  oneOf?: readonly Property[];
}>;

/** Every option of a kind, dotted, with its description; a key without one is there with an empty text. */
export function optionDescriptions(kind: Pick<ProbeKind, "options">): ReadonlyMap<string, Property> {
  const schema = z.toJSONSchema(kind.options, { io: "input", unrepresentable: "any", cycles: "ref" }) as Property;
  const found = new Map<string, Property>();
  collect(schema, "", found);
  return found;
}

function collect(schema: Property, prefix: string, found: Map<string, Property>): void {
  for (const form of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) collect(form, prefix, found);
  if (typeof schema.items === "object") collect(schema.items, prefix, found);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    // The tag of a union speaks for itself; keys that several forms share keep their first description.
    if (property.const !== undefined) continue;
    if (found.get(`${prefix}${key}`)?.description === undefined) found.set(`${prefix}${key}`, property);
    collect(property, `${prefix}${key}.`, found);
  }
  const { additionalProperties: entry } = schema;
  if (typeof entry === "object") collect(entry, `${prefix}<name>.`, found);
}

/** Puts the table of options between its markers. */
export function withConfiguration(readme: string, kind: Pick<ProbeKind, "options">): string {
  return between(readme, "configuration", configurationTable(kind));
}

/** The options of a kind as a Markdown table. */
export function configurationTable(kind: Pick<ProbeKind, "options">): string {
  const rows = [...optionDescriptions(kind)].map(([key, { description = "", default: fallback }]) => {
    const shown = fallback === undefined ? "" : `\`${textOf(fallback).replaceAll("|", "\\|")}\``;
    return `| \`${key}\` | ${shown} | ${description.replaceAll("|", "\\|")} |`;
  });
  return ["| option | default | meaning |", "|---|---|---|", ...rows].join("\n");
}

function textOf(fallback: unknown): string {
  return typeof fallback === "string" ? fallback : JSON.stringify(fallback);
}

/** The metrics of a kind, as it declares them without options, as a Markdown table. */
export function metricsTable(kind: ProbeKind): string {
  const rows = kind
    .metricsOf({})
    .map(
      ({ name, type, labels, history, help }) =>
        `| \`${name}\` | ${type} | ${labels.join(", ")} | ${history ? "yes" : ""} | ${help} |`,
    );
  return ["| metric | type | labels | history | meaning |", "|---|---|---|---|---|", ...rows].join("\n");
}

/** Puts the tables between their markers (`<!-- configuration -->` to `<!-- end -->`, and `metrics` alike). */
export function withTables(readme: string, kind: ProbeKind): string {
  return between(withConfiguration(readme, kind), "metrics", metricsTable(kind));
}

function between(text: string, marker: string, table: string): string {
  return text.replace(
    new RegExp(`(<!-- ${marker} -->\n)[\\s\\S]*?(<!-- end -->)`),
    (_, start: string, end: string) => `${start}${table}\n${end}`,
  );
}
