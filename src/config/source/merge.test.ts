import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeMaps, withoutRemoved } from "./merge.ts";
import { type ConfigNode, child, type MapEntry, type MapNode, type MutableJson, type Place, toJson } from "./node.ts";

const place: Place = { source: { file: "f", layer: "l" }, line: 1, column: 1 };

function nodeOf(value: MutableJson): ConfigNode {
  if (value === null || typeof value !== "object") return { kind: "scalar", place, value };
  if (Array.isArray(value)) return { kind: "list", place, items: value.map(nodeOf) };
  const entries = Object.entries(value).map(([key, inner]): [string, MapEntry] => [
    key,
    { keyPlace: place, node: nodeOf(inner) },
  ]);
  return { kind: "map", place, entries: new Map(entries) };
}

function mapNode(value: { [key: string]: MutableJson }): MapNode {
  const node = nodeOf(value);
  if (node.kind !== "map") throw new Error("no map");
  return node;
}

// A key always holds the same kind of value, as in real layers: s… a scalar, l… a list, m… a map.
const scalar = fc.oneof(fc.integer(), fc.string(), fc.boolean());
const layer: fc.Arbitrary<{ [key: string]: MutableJson }> = fc.letrec<{ map: { [key: string]: MutableJson } }>(
  (tie) => ({
    map: fc
      .record(
        {
          s1: fc.option(scalar),
          s2: scalar,
          l1: fc.array(scalar, { maxLength: 3 }),
          m1: fc.oneof({ depthSize: "small", withCrossShrink: true }, fc.constant({}), tie("map")),
          m2: fc.oneof({ depthSize: "small" }, fc.constant({}), tie("map")),
        },
        { requiredKeys: [] },
      )
      .map((record) => record as { [key: string]: MutableJson }),
  }),
).map;

describe("config/source/merge", () => {
  it("lays maps over each other key by key, and replaces scalars and lists", () => {
    const merged = mergeMaps(
      mapNode({ a: { b: 1, c: [1, 2] }, d: "x" }),
      mapNode({ a: { c: [3], e: 2 }, d: { f: 1 } }),
    );

    expect(toJson(merged)).toEqual({ a: { b: 1, c: [3], e: 2 }, d: { f: 1 } });
  });

  it("removes with null at any depth, and keeps nulls in lists", () => {
    const merged = mergeMaps(
      mapNode({ a: { b: 1, c: 2 }, d: { e: 1 } }),
      mapNode({ a: { b: null, g: [null] }, d: null }),
    );

    expect(toJson(withoutRemoved(merged))).toEqual({ a: { c: 2, g: [null] } });
  });

  it("keeps the order of the lower layer and adds new keys at the end", () => {
    const merged = mergeMaps(mapNode({ b: 1, a: 1 }), mapNode({ c: 1, a: 2 }));

    expect(Object.keys(toJson(merged) as object)).toEqual(["b", "a", "c"]);
  });

  it("gives the same whether two upper layers are merged first or last", () => {
    fc.assert(
      fc.property(layer, layer, layer, (a, b, c) => {
        const first = mergeMaps(mergeMaps(mapNode(a), mapNode(b)), mapNode(c));
        const last = mergeMaps(mapNode(a), mergeMaps(mapNode(b), mapNode(c)));
        expect(toJson(first)).toEqual(toJson(last));
      }),
    );
  });

  it("changes nothing when a layer is laid over itself, or an empty one over it", () => {
    fc.assert(
      fc.property(layer, (a) => {
        expect(toJson(mergeMaps(mapNode(a), mapNode(a)))).toEqual(toJson(mapNode(a)));
        expect(toJson(mergeMaps(mapNode(a), mapNode({})))).toEqual(toJson(mapNode(a)));
      }),
    );
  });

  it("leaves no null in any map", () => {
    const hasNull = (node: ConfigNode): boolean =>
      node.kind === "map" &&
      [...node.entries.keys()].some((key) => isNull(child(node, key)) || hasNull(child(node, key) ?? node));

    fc.assert(fc.property(layer, layer, (a, b) => !hasNull(withoutRemoved(mergeMaps(mapNode(a), mapNode(b))))));
  });
});

function isNull(node: ConfigNode | undefined): boolean {
  return node?.kind === "scalar" && node.value === null;
}
