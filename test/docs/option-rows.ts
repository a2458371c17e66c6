import { type ZodType, z } from "zod";
import { formatDuration } from "../../src/core/time/duration.ts";
import { markdownTable } from "../support/samples/markdown-table.ts";

const mebibyte = 1024 * 1024;

type Schema = Readonly<{
  type?: string;
  description?: string;
  default?: unknown;
  pattern?: string;
  writeOnly?: boolean;
  enum?: readonly unknown[];
  const?: string | number | boolean;
  required?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  minimum?: number;
  maximum?: number;
  $ref?: string;
  $defs?: Readonly<Record<string, Schema>>;
}>;
type Row = readonly [key: string, type: string, fallback: string, meaning: string];

/** Which part of a schema is shown: `inside` leads into maps by their key (`*` for entries); names are those of its own keys. */
export type Choice = Readonly<{ inside?: readonly string[]; only?: readonly string[]; except?: readonly string[] }>;

/** The options of a schema as a table: key, type, default, meaning. */
export function optionTable(schema: ZodType, { inside = [], only, except = [] }: Choice = {}): string {
  const [input, output] = (["input", "output"] as const).map((io) => {
    const whole = jsonSchemaOf(schema, io);
    return inside.reduce((part, step) => enter(part, step, whole), whole);
  });
  const rows = formsOf(input ?? {}).flatMap((form, index) => rowsOf(form, formsOf(output ?? {})[index] ?? {}, ""));
  const shown = rows.filter(([key]) => {
    const own = /^`([a-z_]+)/.exec(key)?.[1] ?? "";
    return (only === undefined || only.includes(own)) && !except.includes(own);
  });
  return markdownTable(["key", "type", "default", "meaning"], shown);
}

function jsonSchemaOf(schema: ZodType, io: "input" | "output"): Schema {
  return z.toJSONSchema(schema, { io, unrepresentable: "any", cycles: "ref" }) as Schema;
}

/** Tells whether a schema is a map of blocks under names that the user chooses. */
export function isMap(schema: ZodType): boolean {
  const { properties, additionalProperties } = jsonSchemaOf(schema, "input");
  return properties === undefined && typeof additionalProperties === "object";
}

/** A section that is one of several forms shows the keys of all. */
function formsOf(schema: Schema): readonly Schema[] {
  return schema.oneOf ?? [schema];
}

/** What the tag of a section of several forms means, which no row of the table says; empty for other sections. */
export function formList(schema: ZodType): string {
  const kinds = (jsonSchemaOf(schema, "input").oneOf ?? []).flatMap(({ properties }) => properties?.["kind"] ?? []);
  const lines = kinds.map(({ const: tag, description }) => `- ${code(`kind: ${String(tag)}`)}: ${description ?? ""}`);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n\n`;
}

function enter(schema: Schema, step: string, whole: Schema): Schema {
  const { additionalProperties: entry } = schema;
  const found = step === "*" ? (typeof entry === "object" ? entry : {}) : (schema.properties?.[step] ?? {});
  const name = found.$ref?.replace("#/$defs/", "");
  const target = name === undefined ? found : (whole.$defs?.[name] ?? {});
  const block = target.type === "array" ? (target.items ?? {}) : target;
  return block.oneOf?.[0] ?? block;
}

// The input side knows types; defaults of values that are transformed (durations) stand on the output side only.
function rowsOf(schema: Schema, output: Schema, prefix: string): readonly Row[] {
  const rows = Object.entries(schema.properties ?? {})
    // The tag of a union speaks for itself.
    .filter(([key, property]) => key !== "kind" || property.const === undefined || property.default !== undefined)
    .flatMap(([key, property]): readonly Row[] => {
      const path = `${prefix}${key}`;
      const other = output.properties?.[key] ?? {};
      const isRequired = schema.required?.includes(key) ?? false;
      const row: Row = [
        code(path),
        typeOf(property),
        defaultOf(property, other, isRequired),
        property.description ?? "",
      ];
      return [row, ...innerRows(property, other, path)];
    });
  return rows.filter(([key], index) => rows.findIndex(([other]) => other === key) === index);
}

function innerRows(schema: Schema, output: Schema, path: string): readonly Row[] {
  const forms = schema.oneOf?.flatMap((form, index) => rowsOf(form, output.oneOf?.[index] ?? {}, `${path}.`)) ?? [];
  const entry = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  return [
    ...forms,
    ...rowsOf(schema, output, `${path}.`),
    ...rowsOf(entry, entry, `${path}.<name>.`),
    ...rowsOf(schema.items ?? {}, output.items ?? {}, `${path}[].`),
  ];
}

function typeOf(schema: Schema): string {
  if (schema.writeOnly === true) return "text, secret";
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(", ");
  if (schema.const !== undefined) return code(String(schema.const));
  const forms = schema.anyOf ?? [];
  if (forms.length > 0) return [...new Set(forms.map(typeOf))].join(" or ");
  if (schema.oneOf !== undefined) return `one of ${schema.oneOf.map(kindOf).join(", ")}`;
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === "object") return typeof schema.additionalProperties === "object" ? "map" : "block";
  if (schema.type === "integer" || schema.type === "number") return numberType(schema);
  if (schema.type === "boolean") return "true or false";
  return textType(schema);
}

function kindOf({ properties = {} }: Schema): string {
  return code(`kind: ${String(properties["kind"]?.const ?? "")}`);
}

function numberType({ type, minimum, maximum }: Schema): string {
  const word = type === "integer" ? "whole number" : "number";
  const isBounded = minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return isBounded ? `${word}, ${minimum} to ${maximum}` : word;
}

function textType({ type, pattern = "" }: Schema): string {
  if (pattern.includes("(?:ms|s|m|h|d|w)")) return "duration";
  if (pattern.includes("KiB|MiB|GiB")) return "size";
  return type === "string" ? "text" : "value";
}

function defaultOf(schema: Schema, output: Schema, isRequired: boolean): string {
  if (schema.default !== undefined) return code(shown(schema.default));
  const { default: fallback } = output;
  if (typeof fallback === "number") return code(textOfNumber(schema, fallback));
  if (Array.isArray(fallback) && fallback.every((item) => typeof item === "string")) return code(shown(fallback));
  return isRequired ? "required" : "";
}

function textOfNumber(schema: Schema, value: number): string {
  const types = [schema, ...(schema.anyOf ?? [])].map(textType);
  if (types.includes("duration")) return formatDuration(value);
  return types.includes("size") && value % mebibyte === 0 ? `${value / mebibyte}MiB` : String(value);
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}
