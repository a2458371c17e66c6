import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { emptyRecord } from "../../config/source/node.ts";
import { compilePattern } from "../../core/matching/pattern.ts";
import type { GoStruct, GoType } from "./go-type.ts";
import { parseBase2Bytes, parseGoDuration } from "./go-values.ts";

/** A decoded value: maps and structs become records that hold only the keys that were written. */
export type GoValue = string | number | boolean | readonly GoValue[] | Readonly<{ [key: string]: GoValue }>;

export type GoRecord = Readonly<{ [key: string]: GoValue }>;

type GoPair = Readonly<{ key: Node; name: string; value: Node | null }>;

const deepest = 20;

/** Decodes YAML as Go's strict decoder would; every fault becomes one line in its words. @see https://pkg.go.dev/gopkg.in/yaml.v3#TypeError */
export class GoDecoder {
  readonly faults: string[] = [];
  readonly #lines: LineCounter;
  readonly #resolve: (node: Node) => Node | undefined;

  constructor(lines: LineCounter, resolve: (node: Node) => Node | undefined) {
    this.#lines = lines;
    this.#resolve = resolve;
  }

  /** Returns undefined for null and for what does not decode. */
  decode(written: unknown, type: GoType, depth = 0): GoValue | undefined {
    const node = isAlias(written) ? this.#resolve(written) : (written as Node | null);
    if (node === null || node === undefined || (isScalar(node) && node.value === null)) return undefined;
    if (depth > deepest) return this.#mismatch(node, type);
    switch (type.is) {
      case "struct":
        return isMap(node) ? this.#struct(node, type, depth) : this.#mismatch(node, type);
      case "map":
        return isMap(node) ? this.#map(node, type.of, depth) : this.#mismatch(node, type);
      case "list":
        return isSeq(node)
          ? node.items.flatMap((item) => this.decode(item, type.of, depth + 1) ?? [])
          : this.#mismatch(node, type);
      default:
        return isScalar(node) ? this.#scalar(node, type) : this.#mismatch(node, type);
    }
  }

  #struct(node: YAMLMap, type: GoStruct, depth: number): GoRecord {
    const fields = emptyRecord<GoValue>();
    for (const { key, name, value } of this.#pairs(node)) {
      const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
      if (field === undefined) {
        this.#fault(key, `field ${name} not found in type ${type.name}`);
        continue;
      }
      const decoded = this.decode(value, field, depth + 1);
      if (decoded !== undefined) fields[name] = decoded;
    }
    return fields;
  }

  #map(node: YAMLMap, of: GoType, depth: number): GoRecord {
    const entries = emptyRecord<GoValue>();
    for (const { name, value } of this.#pairs(node)) {
      // A module without a body is a module of defaults, so the key stays.
      const decoded = this.decode(value, of, depth + 1) ?? (of.is === "struct" ? emptyRecord<GoValue>() : "");
      entries[name] = decoded;
    }
    return entries;
  }

  /** Keys in their order, those of merged maps (`<<`) last; what the map says itself wins. */
  #pairs(node: YAMLMap, depth = 0): readonly GoPair[] {
    const seen = new Map<string, number>();
    const pairs: GoPair[] = [];
    const merged: GoPair[] = [];
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      const name = isScalar(key) ? sourceOf(key) : "";
      if (name === "<<") {
        if (depth < deepest) merged.push(...this.#mergedPairs(value, depth + 1));
        continue;
      }
      const before = seen.get(name);
      if (before !== undefined) this.#fault(key, `mapping key "${name}" already defined at line ${before}`);
      else seen.set(name, this.#lineOf(key));
      pairs.push({ key, name, value });
    }
    return [...pairs, ...merged.filter(({ name }) => !seen.has(name))];
  }

  #mergedPairs(value: Node | null, depth: number): readonly GoPair[] {
    const source = isAlias(value) ? this.#resolve(value) : value;
    const maps = isSeq(source) ? (source.items as Node[]) : [source];
    return maps.flatMap((each) => {
      const map = isAlias(each) ? this.#resolve(each) : each;
      return isMap(map) ? this.#pairs(map, depth) : [];
    });
  }

  #scalar(node: Scalar, type: GoType): GoValue | undefined {
    const text = sourceOf(node);
    switch (type.is) {
      case "string":
      case "secret":
        return text;
      case "bool":
        return booleanOf(node) ?? this.#mismatch(node, type);
      case "int":
        return typeof node.value === "number" && Number.isInteger(node.value) ? node.value : this.#mismatch(node, type);
      case "duration":
        return (typeof node.value === "string" ? parseGoDuration(text) : undefined) ?? this.#mismatch(node, type);
      case "size":
        return parseBase2Bytes(text) ?? this.#mismatch(node, type);
      default:
        return this.#pattern(node, text);
    }
  }

  #pattern(node: Scalar, text: string): string | undefined {
    const compiled = text === "" ? { pattern: undefined } : compilePattern(text);
    if ("pattern" in compiled) return text;
    this.#fault(node, `"Could not compile regular expression" regexp="${text}": ${compiled.problem}`);
    return undefined;
  }

  #mismatch(node: Node, type: GoType): undefined {
    this.#fault(node, `cannot unmarshal ${tagOf(node)} into ${goNameOf(type)}`);
    return undefined;
  }

  #fault(node: Node, what: string): void {
    this.faults.push(`line ${this.#lineOf(node)}: ${what}`);
  }

  #lineOf(node: Node): number {
    return this.#lines.linePos(node.range?.[0] ?? 0).line;
  }
}

function sourceOf(node: Scalar): string {
  const { value, source } = node;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  return typeof value === "string" ? value : (source ?? String(value));
}

/** YAML 1.1's other words are booleans where one is asked for, quoted, too; `"true"` is a text. */
function booleanOf(node: Scalar): boolean | undefined {
  const text = sourceOf(node);
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) {
    return typeof node.value === "boolean" ? text.toLowerCase() === "true" : undefined;
  }
  if (/^(?:y|Y|yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  return /^(?:n|N|no|No|NO|off|Off|OFF)$/.test(text) ? false : undefined;
}

function tagOf(node: Node): string {
  if (isMap(node)) return "!!map";
  if (isSeq(node)) return "!!seq";
  const scalar = node as Scalar;
  const text = sourceOf(scalar);
  const shown = text.length > 10 ? `${text.slice(0, 7)}...` : text;
  return `!!${kindOf(scalar, text)} \`${shown}\``;
}

function kindOf({ value }: Scalar, text: string): string {
  if (typeof value === "number") return /^[-+]?(?:\d+|0x[\da-f]+|0b[01]+|0o[0-7]+)$/i.test(text) ? "int" : "float";
  return typeof value === "boolean" && /^(?:true|false)$/i.test(text) ? "bool" : "str";
}

const goNames: Readonly<Record<Exclude<GoType["is"], "struct" | "list" | "map">, string>> = {
  string: "string",
  secret: "config.Secret",
  bool: "bool",
  int: "int",
  duration: "time.Duration",
  size: "units.Base2Bytes",
  regexp: "config.Regexp",
};

function goNameOf(type: GoType): string {
  if (type.is === "struct") return type.name;
  if (type.is === "list") return `[]${goNameOf(type.of)}`;
  return type.is === "map" ? `map[string]${goNameOf(type.of)}` : goNames[type.is];
}
