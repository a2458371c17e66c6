import { type ZodType, z } from "zod";

/** The part of JSON Schema that zod writes. */
export type JsonSchema = {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  items?: boolean | JsonSchema;
  prefixItems?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  writeOnly?: boolean;
  [keyword: string]: unknown;
};

/** JSON Schema of what the schema takes as input; what JSON Schema cannot say becomes `{}`. */
export function inputSchemaOf(schema: ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as JsonSchema;
}

/** All alternatives that may describe one value, starting at a root schema. */
export class SchemaView {
  readonly #root: JsonSchema;
  readonly #alternatives: readonly JsonSchema[];

  constructor(root: JsonSchema, alternatives: readonly JsonSchema[] = [root]) {
    this.#root = root;
    this.#alternatives = alternatives.flatMap((schema) => this.#spread(schema, 0));
  }

  /** True when any alternative says that the value must not be shown. */
  get isSecret(): boolean {
    return this.#alternatives.some((schema) => schema.writeOnly === true);
  }

  /** True when any alternative says that the value names a file that is read. */
  get namesFile(): boolean {
    return this.#alternatives.some((schema) => schema["x-reads-file"] === true);
  }

  /** The package that a value needs, where an alternative says so. */
  packageFor(value: string): string | undefined {
    for (const schema of this.#alternatives) {
      const packages = schema["x-needs-package"];
      if (typeof packages === "object" && packages !== null && Object.hasOwn(packages, value))
        return String(Reflect.get(packages, value));
    }
    return undefined;
  }

  /** True where keys are names that the config chooses, and this is one. */
  hasNamesLike(key: string): boolean {
    return this.#alternatives.some(
      ({ properties = {}, additionalProperties }) =>
        typeof additionalProperties === "object" && !Object.hasOwn(properties, key),
    );
  }

  /** What may describe the value under a key or list position. */
  at(key: string | number): SchemaView {
    const found = this.#alternatives.flatMap((schema) => {
      if (typeof key === "number") return [schema.prefixItems?.[key], schema.items];
      return [schema.properties?.[key] ?? schema.additionalProperties];
    });
    return new SchemaView(
      this.#root,
      found.filter((schema) => typeof schema === "object"),
    );
  }

  #spread(schema: JsonSchema, depth: number): JsonSchema[] {
    if (depth > 8) return [schema];
    const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
    const name = schema.$ref?.replace(/^#\/\$defs\//, "");
    const target = schema.$ref === "#" ? this.#root : name === undefined ? undefined : this.#root.$defs?.[name];
    if (target !== undefined) inner.push(target);
    return [schema, ...inner.flatMap((other) => this.#spread(other, depth + 1))];
  }
}
