import type { ProbeKind } from "../../core/checks/probe.ts";
import { envelopeOf, templateEnvelope } from "../checks/check-schema.ts";
import { generalSchema, serviceSchema } from "../general-schema.ts";
import type { Sections } from "../loaded-config.ts";
import { shortForms } from "../short-forms/index.ts";
import { inputSchemaOf, type JsonSchema } from "./schema-walk.ts";

const idPattern = "^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$";

/**
 * JSON Schema (draft 2020-12) of a config file, for editors. A layer may hold any part, so nothing is required; a null removes; and
 * `"${…}"` may stand for any scalar. The real validation is `loadConfig`.
 */
export function configJsonSchema(probes: readonly ProbeKind[], sections: Sections): JsonSchema {
  const definitions = new Definitions();
  const properties: Record<string, JsonSchema> = {
    ...inputSchemaOf(generalSchema).properties,
    services: mapOfBlocks("Service catalogue.", inputSchemaOf(serviceSchema)),
    templates: mapOfBlocks("Blocks that checks start from with `use`.", {
      ...inputSchemaOf(templateEnvelope),
      additionalProperties: true,
    }),
    checks: mapOfBlocks("What is watched.", checkSchema(probes, definitions)),
  };
  for (const form of shortForms) properties[form.key] = mapOfBlocks(form.title, inputSchemaOf(form.schema));
  for (const [name, schema] of Object.entries(sections))
    properties[name] = definitions.adopt(name, inputSchemaOf(schema));
  properties["environments"] = {
    type: "object",
    description: "What differs in an environment, for files that carry their own overlay.",
    additionalProperties: { $ref: "#" },
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Watchfire configuration",
    type: "object",
    properties: relaxAll(properties),
    additionalProperties: false,
    $defs: relaxAll(definitions.all),
  };
}

/** Definitions that units' own schemas refer to, under names that cannot clash. */
class Definitions {
  readonly all: Record<string, JsonSchema> = {};

  /** A reference to a schema that stands in many places. */
  share(name: string, schema: JsonSchema): JsonSchema {
    this.all[name] = schema;
    return { $ref: `#/$defs/${name}` };
  }

  /** The schema of a unit, fit to stand inside another: what it refers to moves to the root's definitions. */
  adopt(unit: string, schema: JsonSchema): JsonSchema {
    const text = JSON.stringify(schema);
    if (!text.includes('"$ref"')) return schema;
    const renamed = JSON.parse(text, (key, value: unknown) =>
      key === "$ref" ? this.#rename(unit, String(value)) : value,
    ) as JsonSchema;
    const { $defs = {}, ...root } = renamed;
    for (const [name, inner] of Object.entries($defs)) this.all[`${unit}.${name}`] = inner;
    if (text.includes('"$ref":"#"')) this.all[unit] = root;
    return root;
  }

  #rename(unit: string, reference: string): string {
    return reference === "#" ? `#/$defs/${unit}` : reference.replace("#/$defs/", `#/$defs/${unit}.`);
  }
}

function mapOfBlocks(description: string, block: JsonSchema): JsonSchema {
  return { type: "object", description, propertyNames: { pattern: idPattern }, additionalProperties: block };
}

function checkSchema(probes: readonly ProbeKind[], definitions: Definitions): JsonSchema {
  const kinds = probes.map((kind) => kind.kind);
  return {
    type: "object",
    properties: { probe: { description: "Kind of probe.", enum: kinds } },
    allOf: probes.map((kind) => ({
      if: { not: { properties: { probe: { const: kind.kind } }, required: ["probe"] } },
      else: {
        title: kind.title,
        properties: {
          ...envelopeProperties(kind, definitions),
          ...definitions.adopt(`probe.${kind.kind}`, inputSchemaOf(kind.options)).properties,
          probe: { const: kind.kind },
        },
        additionalProperties: false,
      },
    })),
  };
}

/** The keys that every check of the kind has; the large one stands once for all kinds. */
function envelopeProperties(kind: ProbeKind, definitions: Definitions): Record<string, JsonSchema> {
  const { targets_from: from, ...others } = inputSchemaOf(envelopeOf(kind)).properties ?? {};
  return from === undefined ? others : { ...others, targets_from: definitions.share("targets_from", from) };
}

const interpolated: JsonSchema = { type: "string", pattern: "\\$\\{" };
const dropped: ReadonlySet<string> = new Set(["$schema", "required", "default"]);
const scalarTypes: ReadonlySet<unknown> = new Set(["string", "number", "integer", "boolean"]);

/** Lets each value be absent, removed by null, or (a scalar) written as `"${…}"`; conditions stay as they are. */
function relax(schema: JsonSchema): JsonSchema {
  const relaxed: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "if") relaxed[keyword] = value;
    // Without `required` a block that lacks its tag fits several forms.
    else if (keyword === "oneOf") relaxed.anyOf = (schema.oneOf ?? []).map(relax);
    else if (!dropped.has(keyword)) relaxed[keyword] = relaxKeyword(keyword, value);
  }
  const isScalar = scalarTypes.has(schema.type) || "enum" in schema;
  if ("const" in schema) return relaxed;
  if (!isScalar) return schema.type === "object" ? { ...relaxed, type: ["object", "null"] } : relaxed;
  const { description, ...rule } = relaxed;
  const alternatives = isPlainText(rule)
    ? { ...rule, type: ["string", "null"] }
    : { anyOf: [rule, interpolated, { type: "null" }] };
  return description === undefined ? alternatives : { description, ...alternatives };
}

function relaxAll(schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, relax(schema)]));
}

function relaxKeyword(keyword: string, value: unknown): unknown {
  if (keyword === "propertyNames" || value === null || typeof value !== "object") return value;
  if (keyword === "properties") {
    return relaxAll(value as Record<string, JsonSchema>);
  }
  if (["anyOf", "allOf", "prefixItems"].includes(keyword) && Array.isArray(value)) {
    return value.map((inner) => relax(inner as JsonSchema));
  }
  return ["additionalProperties", "items", "else"].includes(keyword) ? relax(value as JsonSchema) : value;
}

function isPlainText(rule: JsonSchema): boolean {
  const limits = ["pattern", "format", "maxLength", "const", "enum"];
  return rule.type === "string" && !limits.some((limit) => limit in rule);
}
