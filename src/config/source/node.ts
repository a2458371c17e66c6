import type { Json } from "../../core/json.ts";

/** One file that was read: the layer it belongs to and its name as the user knows it. */
export type Source = Readonly<{ file: string; layer: string }>;
/** Where something was written; line and column count from 1. */
export type Place = Readonly<{ source: Source; line: number; column: number }>;
/** Keys from the root to a value; list positions are numbers. */
export type NodePath = readonly (string | number)[];

export type ScalarNode = Readonly<{
  kind: "scalar";
  place: Place;
  value: null | boolean | number | string;
  /** The text before interpolation; present only where something was interpolated. */
  written?: string;
  /** What variables and files gave to the text. */
  secrets?: readonly string[];
  /** Other readings of an interpolated scalar, tried in this order when `value` does not fit the schema. */
  alternatives?: readonly (boolean | number | string)[];
  /** True when a variable or file was not there and validation goes on without it. */
  unresolved?: true;
}>;
export type ListNode = Readonly<{ kind: "list"; place: Place; items: readonly ConfigNode[] }>;
export type MapEntry = Readonly<{ keyPlace: Place; node: ConfigNode }>;
export type MapNode = Readonly<{ kind: "map"; place: Place; entries: ReadonlyMap<string, MapEntry> }>;
/** A parsed config value that remembers where it came from. */
export type ConfigNode = ScalarNode | ListNode | MapNode;

export type MutableJson = null | boolean | number | string | MutableJson[] | { [key: string]: MutableJson };

/** The plain value of a node; maps have no prototype. */
export function toJson(node: ConfigNode): MutableJson {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toJson);
  const record = emptyRecord<MutableJson>();
  for (const [key, entry] of node.entries) record[key] = toJson(entry.node);
  return record;
}

/** A record without prototype, so that no key of the config can reach an inherited one. */
export function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** The node under a key of a map; undefined when there is none. */
export function child(node: ConfigNode | undefined, key: string | number): ConfigNode | undefined {
  if (node?.kind === "map") return node.entries.get(String(key))?.node;
  return node?.kind === "list" && typeof key === "number" ? node.items[key] : undefined;
}

/** Where the value at `path` was written: the longest prefix that exists; with `atKey` the place of the last key itself. */
export function placeOf(root: ConfigNode, path: NodePath, atKey = false): Place {
  let node = root;
  for (const [depth, key] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (atKey && isLast && node.kind === "map") return node.entries.get(String(key))?.keyPlace ?? node.place;
    const next = child(node, key);
    if (next === undefined) return node.place;
    node = next;
  }
  return node.place;
}

/** A path as people write it: `checks.shop.expect.status[0]`; keys that hold a dot are quoted. */
export function pathText(path: NodePath): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else text += `${text === "" ? "" : "."}${/^[^\s."[\]]+$/.test(key) ? key : JSON.stringify(key)}`;
  }
  return text;
}

/** A map node at a place, from keys to nodes that keep their own places. */
export function mapOf(place: Place, entries: Iterable<readonly [string, MapEntry]>): MapNode {
  return { kind: "map", place, entries: new Map(entries) };
}

/** Freezes nothing and copies nothing: the value is JSON that nobody changes from here on. */
export function asJson(value: MutableJson): Json {
  return value;
}
