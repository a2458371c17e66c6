/** A value of a document and the way that led to it. */
export class JsonNode {
  readonly value: unknown;
  readonly #key: string | number | undefined;
  readonly #parent: JsonNode | undefined;

  constructor(value: unknown, key?: string | number, parent?: JsonNode) {
    this.value = value;
    this.#key = key;
    this.#parent = parent;
  }

  /** Name or place in what holds it; undefined for the document itself. */
  get key(): string | number | undefined {
    return this.#key;
  }

  /** The way as a JSONPath, with dots where no quotes are needed. */
  get path(): string {
    return this.#parent === undefined ? "$" : `${this.#parent.path}${stepText(this.#key)}`;
  }

  /** What lies directly below, in the document's order. */
  *children(): Generator<JsonNode> {
    const { value } = this;
    if (Array.isArray(value)) {
      for (const [index, element] of value.entries()) yield new JsonNode(element, index, this);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) yield new JsonNode(member, name, this);
    }
  }

  /** The member of that name, when this is an object that has it. */
  member(name: string): JsonNode | undefined {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) {
      return undefined;
    }
    return new JsonNode((value as Readonly<Record<string, unknown>>)[name], name, this);
  }

  /** The element at that place, counted from the end when negative. */
  element(index: number): JsonNode | undefined {
    if (!Array.isArray(this.value)) return undefined;
    const place = index < 0 ? this.value.length + index : index;
    return place < 0 || place >= this.value.length ? undefined : new JsonNode(this.value[place], place, this);
  }
}

function stepText(key: string | number | undefined): string {
  if (typeof key !== "string") return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
