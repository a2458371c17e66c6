import type { RulePack } from "../../core/alerting/rule-pack.ts";
import { formatMatcher } from "../../core/matching/matcher.ts";
import { servicePattern } from "../short-forms/must-run.ts";
import type { MapEntry, MapNode } from "../source/node.ts";
import { hostEntries, offAt, overrideOf, withOverride } from "./rule-overrides.ts";

/** Takes services of `hosts.<id>.must_run` out of the rules about services: the check tells of them, at once and as critical. */
export function tuneServices(
  root: MapNode,
  rules: ReadonlyMap<string, MapEntry>,
  packs: readonly RulePack[],
): ReadonlyMap<string, MapEntry> {
  const tuned = new Map(rules);
  const judged = packs.flatMap((pack) => pack.services ?? []);
  for (const [index, [host, { keyPlace, node }]] of hostEntries(root, "must_run").entries()) {
    const names =
      node.kind === "list" ? node.items.flatMap((item) => (item.kind === "scalar" ? [item.value] : [])) : [];
    if (names.length === 0) continue;
    const pattern = `(?:${names.map((name) => servicePattern(String(name))).join("|")})([.]service)?`;
    const matchers = [
      { name: "check", operator: "=" as const, value: host },
      { name: "name", operator: "=~" as const, value: pattern },
    ].map(formatMatcher);
    for (const rule of judged) {
      const entry = tuned.get(rule);
      if (entry === undefined) continue;
      tuned.set(
        rule,
        withOverride(entry, "must-run-", String(index + 1), overrideOf(matchers, offAt(keyPlace), keyPlace)),
      );
    }
  }
  return tuned;
}
