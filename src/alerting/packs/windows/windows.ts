import type { RulePack } from "../../../core/rule-pack.ts";
import { resourceRules } from "./resources.ts";
import { stateRules } from "./state.ts";

/** Health of Windows machines by the series of windows_exporter, under the names it has since 0.31. */
export const windows: RulePack = {
  id: "windows",
  title: { en: "Windows machines", zh: "Windows 主机" },
  onWith: "hosts",
  rules: withTier({ ...stateRules, ...resourceRules }),
};

function withTier(rules: RulePack["rules"]): RulePack["rules"] {
  return Object.fromEntries(
    Object.entries(rules).map(([id, rule]) => [
      id,
      {
        ...rule,
        block: { ...rule.block, tier: "os", interval: "1m", forget_after: rule.block["forget_after"] ?? "1d" },
      },
    ]),
  );
}
