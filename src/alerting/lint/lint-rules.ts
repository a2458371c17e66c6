import type { Check } from "../../core/checks/check.ts";
import type { ConfiguredRule } from "../rules/configured-rule.ts";
import type { Lint } from "./lint-routes.ts";

/** What of a config says whose alerts the alerts of a rule are. */
export type RuleOwners = Readonly<{
  rules: readonly ConfiguredRule[];
  checks: readonly Pick<Check, "probe" | "tier" | "service">[];
  /** Names of the metrics that a kind of probe gives; undefined where its targets or options name them. */
  metricsOf(probe: string): ReadonlySet<string> | undefined;
  /** Rules that ready packs bring: they judge whatever is there. */
  ready: ReadonlySet<string>;
}>;

/** Finds rules whose alerts belong to no service, so that no owner and no policy is theirs; machines serve many services and are left out. */
export function lintRules({ rules, checks, metricsOf, ready }: RuleOwners): readonly Lint[] {
  return rules.flatMap(({ id, service, tier, by, rule }) => {
    if (service !== undefined || tier === "os" || ready.has(id)) return [];
    const path = ["rules", id];
    if (by !== undefined && !by.includes("service"))
      return [{ path, message: `has no service, and \`by\` leaves that of the series out: ${nobody}` }];
    const metrics = rule.needs(0).map(({ metric }) => metric);
    const sources = checks.filter(({ probe }) => metrics.some((metric) => metricsOf(probe)?.has(metric) ?? true));
    const isNobodys =
      sources.length > 0 && sources.every((check) => check.service === undefined && check.tier !== "os");
    return isNobodys ? [{ path, message: `has no service, nor has any check that measures this: ${nobody}` }] : [];
  });
}

const nobody = "nobody owns its alerts, and no policy calls anybody; name one under `service:`";
