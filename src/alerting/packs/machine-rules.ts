import type { RulePack } from "../../core/alerting/rule-pack.ts";

/** Rules about machines: of the tier `os`, judged once a minute, and rid of what has been gone for a day, where they say nothing else. */
export function machineRules(rules: RulePack["rules"]): RulePack["rules"] {
  return Object.fromEntries(
    Object.entries(rules).map(([id, rule]) => [
      id,
      { ...rule, block: { interval: "1m", forget_after: "1d", ...rule.block, tier: "os" } },
    ]),
  );
}
