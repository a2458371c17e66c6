import { child, type MapEntry, type MapNode, mapOf, type Place } from "../source/node.ts";

/** Entries of `hosts` that have a key, with what it holds. */
export function hostEntries(root: MapNode, key: string): readonly (readonly [host: string, entry: MapEntry])[] {
  const hosts = child(root, "hosts");
  if (hosts?.kind !== "map") return [];
  return [...hosts.entries].flatMap(([host, { node }]) => {
    const entry = node.kind === "map" ? node.entries.get(key) : undefined;
    return entry === undefined ? [] : [[host, entry] as const];
  });
}

/** An override of a rule: matchers as text, and what holds for the series that fit. */
export function overrideOf(
  matchers: readonly string[],
  [key, entry]: readonly [string, MapEntry],
  place: Place,
): MapEntry {
  const items = matchers.map((value) => ({ kind: "scalar" as const, place, value }));
  const list: MapEntry = { keyPlace: place, node: { kind: "list", place, items } };
  const limits: [string, MapEntry][] = [
    ["matchers", list],
    [key, entry],
  ];
  return { keyPlace: place, node: mapOf(place, limits) };
}

/** What takes series out of a rule. */
export function offAt(place: Place): readonly [string, MapEntry] {
  return ["off", { keyPlace: place, node: { kind: "scalar", place, value: true } }];
}

/** Adds an override named `<prefix><id>` to a rule, after others of the prefix and before all else: the first that fits counts. */
export function withOverride(rule: MapEntry, prefix: string, id: string, override: MapEntry): MapEntry {
  if (rule.node.kind !== "map") return rule;
  const known = child(rule.node, "overrides");
  const others = known?.kind === "map" ? [...known.entries] : [];
  const own = others.filter(([name]) => name.startsWith(prefix));
  const rest = others.filter(([name]) => !name.startsWith(prefix));
  const overrides = mapOf(override.keyPlace, [...own, [`${prefix}${id}`, override], ...rest]);
  const entries = new Map(rule.node.entries);
  entries.set("overrides", { keyPlace: override.keyPlace, node: overrides });
  return { keyPlace: rule.keyPlace, node: mapOf(rule.node.place, entries) };
}
