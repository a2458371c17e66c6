import type { MatcherText } from "../../core/matching/matcher-text.ts";
import type { AlertingConfigIssue } from "../check-alerting-config.ts";
import type { InhibitRulesConfig } from "../muting/inhibit-rules-schema.ts";
import { compileMatchers } from "../routing/matcher-schema.ts";

/** Returns the inhibition rules by which one alert mutes others that have nothing to do with it. */
export function lintInhibitions(config: InhibitRulesConfig): readonly AlertingConfigIssue[] {
  return Object.entries(config).flatMap(([id, { target, equal }]) => {
    if (equal.length > 0 || compileMatchers(target).some(isNarrow)) return [];
    const message =
      "one alert that fits the source mutes all that fits the target, of whatever service or machine; name the labels they share, such as equal: [service]";
    return [{ path: ["inhibit_rules", id], message }];
  });
}

/** A matcher that asks for one value of something that is not shared by half of the company. */
function isNarrow({ name, operator }: MatcherText): boolean {
  return operator === "=" && !broad.has(name);
}

const broad: ReadonlySet<string> = new Set(["severity", "tier", "env", "alertname"]);
