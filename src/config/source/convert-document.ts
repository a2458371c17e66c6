import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { type ConfigIssue, issueAt } from "./issue.ts";
import type { ConfigNode, MapEntry, MapNode, NodePath, Place } from "./node.ts";

type Limits = Readonly<{ depth: number; aliases: number; nodes: number }>;
type Measured = Readonly<{ node: ConfigNode; nodes: number; height: number }>;
type Refused = Readonly<{ ok: false; issues: readonly ConfigIssue[] }>;
type Outcome = Readonly<{ ok: true; root: MapNode; nodes: number }> | Refused;

const dangerousKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Turns a parsed document into nodes with places; aliases share the node they name and count as often as they are used. */
export function convertDocument(
  document: Document.Parsed,
  placeAt: (offset: number) => Place,
  limits: Limits,
): Outcome {
  const contents = document.contents as Node | null;
  if (!isMap(contents)) {
    const place = placeAt(contents?.range?.[0] ?? 0);
    return { ok: false, issues: [issueAt(place, [], "a config file is a map of sections, such as `checks:`")] };
  }
  const converted = convertContents(document, placeAt, limits);
  if (!converted.ok) return converted;
  if (converted.root.kind !== "map") return { ok: false, issues: [] };
  return { ok: true, root: converted.root, nodes: converted.nodes };
}

/** As `convertDocument`, for a document that need not be a map. */
export function convertContents(
  document: Document.Parsed,
  placeAt: (offset: number) => Place,
  limits: Limits,
): Readonly<{ ok: true; root: ConfigNode; nodes: number }> | Refused {
  const conversion = new Conversion(placeAt, limits);
  const { node, nodes } = conversion.convert(document.contents, []);
  const { issues } = conversion;
  return issues.length > 0 ? { ok: false, issues } : { ok: true, root: node, nodes };
}

class Conversion {
  readonly issues: ConfigIssue[] = [];
  readonly #anchors = new Map<string, Measured>();
  readonly #placeAt: (offset: number) => Place;
  readonly #limits: Limits;
  #aliases = 0;
  #isFull = false;

  constructor(placeAt: (offset: number) => Place, limits: Limits) {
    this.#placeAt = placeAt;
    this.#limits = limits;
  }

  convert(node: unknown, path: NodePath): Measured {
    const place = this.#placeOf(node);
    if (isAlias(node)) return this.#alias(node.source, place, path);
    const tag = (node as Node | null)?.tag;
    if (tag !== undefined && !isCoreTag(tag)) this.#report(place, path, `tags such as ${tag} are not allowed`);
    const measured = this.#value(node, place, path);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, measured);
    return measured;
  }

  #value(node: unknown, place: Place, path: NodePath): Measured {
    if (isMap(node)) return this.#map(node, place, path);
    if (isSeq(node)) return this.#list(node, place, path);
    return { node: { kind: "scalar", place, value: this.#scalar(node, place, path) }, nodes: 1, height: 0 };
  }

  #scalar(node: unknown, place: Place, path: NodePath): null | boolean | number | string {
    const value: unknown = isScalar(node) ? node.value : null;
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.#report(place, path, "this number cannot be used; put it in quotes if it is a text");
    return null;
  }

  #map(map: YAMLMap, place: Place, path: NodePath): Measured {
    const entries = new Map<string, MapEntry>();
    let nodes = 1;
    let height = 0;
    for (const pair of map.items as readonly Pair[]) {
      if (this.#isFull) break;
      const keyPlace = this.#placeOf(pair.key ?? pair.value ?? map);
      const key = this.#key(pair.key, keyPlace, path);
      if (key === undefined) continue;
      const first = entries.get(key);
      if (first !== undefined) {
        this.#report(
          keyPlace,
          [...path, key],
          `the key "${key}" stands here twice, first in line ${first.keyPlace.line}`,
        );
      }
      const inner = this.convert(pair.value, [...path, key]);
      entries.set(key, { keyPlace, node: isNull(inner.node) ? { ...inner.node, place: keyPlace } : inner.node });
      nodes += 1 + inner.nodes;
      height = Math.max(height, inner.height + 1);
    }
    return this.#limited({ node: { kind: "map", place, entries }, nodes, height }, path);
  }

  #list(list: YAMLSeq, place: Place, path: NodePath): Measured {
    const items: ConfigNode[] = [];
    let nodes = 1;
    let height = 0;
    for (const [index, item] of list.items.entries()) {
      if (this.#isFull) break;
      const inner = this.convert(item, [...path, index]);
      items.push(inner.node);
      nodes += inner.nodes;
      height = Math.max(height, inner.height + 1);
    }
    return this.#limited({ node: { kind: "list", place, items }, nodes, height }, path);
  }

  #limited(measured: Measured, path: NodePath): Measured {
    const { place } = measured.node;
    if (measured.nodes > this.#limits.nodes) {
      this.#isFull = true;
      this.#report(place, path, `aliases blow this up to more than ${this.#limits.nodes} values; write it out`);
      return { node: { kind: "list", place, items: [] }, nodes: 0, height: 0 };
    }
    if (path.length + measured.height > this.#limits.depth) {
      this.#report(place, path, `nested deeper than ${this.#limits.depth} levels`);
    }
    return measured;
  }

  #alias(name: string, place: Place, path: NodePath): Measured {
    const nothing: Measured = { node: { kind: "scalar", place, value: null }, nodes: 1, height: 0 };
    this.#aliases += 1;
    if (this.#aliases > this.#limits.aliases) {
      this.#isFull = true;
      this.#report(place, path, `more than ${this.#limits.aliases} aliases; use templates instead`);
      return nothing;
    }
    const target = this.#anchors.get(name);
    if (target === undefined)
      this.#report(place, path, `*${name} names nothing above it; define it with &${name} first`);
    return target ?? nothing;
  }

  #key(key: unknown, place: Place, path: NodePath): string | undefined {
    const name = isScalar(key) && key.value !== null ? textOfKey(key) : undefined;
    if (name === undefined) {
      this.#report(place, path, "a key is a plain word or a quoted text");
      return undefined;
    }
    if (name === "<<") {
      this.#report(place, [...path, name], "merge keys (<<) are not supported; use `templates` and `use`");
      return undefined;
    }
    if (dangerousKeys.has(name)) {
      this.#report(place, [...path, name], `the key "${name}" is not allowed`);
      return undefined;
    }
    return name;
  }

  #placeOf(node: unknown): Place {
    return this.#placeAt((node as Node | null)?.range?.[0] ?? 0);
  }

  // A hostile file could hold a fault per byte; a reader wants the first hundred.
  #report(place: Place, path: NodePath, message: string): void {
    if (this.issues.length < 100) this.issues.push(issueAt(place, path, message));
  }
}

/** Keys such as 443 or true are the text that stands there. */
function textOfKey(key: Scalar): string | undefined {
  return typeof key.value === "string" ? key.value : key.source;
}

function isNull(node: ConfigNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

function isCoreTag(tag: string): boolean {
  return /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/.test(tag);
}
