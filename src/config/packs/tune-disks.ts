import type { DiskRules, RulePack } from "../../core/alerting/rule-pack.ts";
import { formatMatcher } from "../../core/matching/matcher.ts";
import { formatDuration, parseDuration } from "../../core/time/duration.ts";
import { type ConfigIssue, issueAt } from "../source/issue.ts";
import { child, type MapEntry, type MapNode, mapOf, type Place } from "../source/node.ts";
import { hostEntries, offAt, overrideOf, withOverride } from "./rule-overrides.ts";

/** A critical alert is for a sixth of the time that a warning is for: 4 h of 24. */
const criticalShare = 6;

type Disk = Readonly<{ host: string; name: string; keyPlace: Place; node: MapNode }>;

/** Turns `hosts.<id>.disks` into overrides of the rules about disks, before those that the rules have. */
export function tuneDisks(
  root: MapNode,
  rules: ReadonlyMap<string, MapEntry>,
  packs: readonly RulePack[],
): Readonly<{ rules: ReadonlyMap<string, MapEntry>; issues: readonly ConfigIssue[] }> {
  const tuned = new Map(rules);
  const issues: ConfigIssue[] = [];
  for (const [index, disk] of disksOf(root).entries()) {
    const pack = packs.find(({ disks }) => disks?.owns(disk.name) === true);
    if (pack?.disks === undefined || !rules.has(pack.disks.filling)) {
      const message = `has no effect while the pack ${pack?.id ?? "for such a disk"} is off; switch it on under \`packs\``;
      issues.push(issueAt(disk.keyPlace, ["hosts", disk.host, "disks", disk.name], message));
      continue;
    }
    for (const [rule, limits] of limitsOf(disk, pack.disks)) {
      const entry = tuned.get(rule);
      if (entry?.node.kind === "map")
        tuned.set(rule, withOverride(entry, "disk-", String(index + 1), tuningOf(disk, pack.disks, limits)));
    }
  }
  return { rules: tuned, issues };
}

function disksOf(root: MapNode): readonly Disk[] {
  return hostEntries(root, "disks").flatMap(([host, { node: disks }]) =>
    disks.kind === "map"
      ? [...disks.entries].flatMap(([name, entry]) =>
          entry.node.kind === "map" ? [{ host, name, keyPlace: entry.keyPlace, node: entry.node }] : [],
        )
      : [],
  );
}

type Limit = readonly [key: string, entry: MapEntry];

function limitsOf({ keyPlace, node }: Disk, { filling, all }: DiskRules): readonly (readonly [string, Limit])[] {
  if (scalarOf(node, "ignore") === true) return all.map((rule) => [rule, offAt(keyPlace)]);
  const entry = node.entries.get("full_within");
  const spanMs = parseDuration(String(scalarOf(node, "full_within")));
  // What is no duration is reported by the schema of the host.
  if (entry === undefined || spanMs === undefined) return [];
  const { place } = entry.node;
  const span = (durationMs: number): MapEntry => ({
    keyPlace: place,
    node: { kind: "scalar", place, value: formatDuration(durationMs) },
  });
  const within = mapOf(place, [
    ["warning", span(spanMs)],
    ["critical", span(spanMs / criticalShare)],
  ]);
  return [[filling, ["within", { keyPlace: place, node: within }]]];
}

function scalarOf(node: MapNode, key: string): unknown {
  const found = child(node, key);
  return found?.kind === "scalar" ? found.value : undefined;
}

function tuningOf({ host, name, keyPlace }: Disk, { label }: DiskRules, limit: Limit): MapEntry {
  const matchers = [
    { name: "check", operator: "=" as const, value: host },
    { name: label, operator: "=" as const, value: name },
  ].map(formatMatcher);
  return overrideOf(matchers, limit, keyPlace);
}
