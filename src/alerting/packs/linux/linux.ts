import type { RulePack } from "../../../core/rule-pack.ts";
import { cpuRules } from "./cpu.ts";
import { diskRules } from "./disk.ts";
import { memoryRules } from "./memory.ts";
import { networkRules } from "./network.ts";
import { systemRules } from "./system.ts";

/** Health of Linux machines by the `node_*` series of the host probe and of node_exporter: node-mixin's conditions, and what it lacks. */
export const linux: RulePack = {
  id: "linux",
  title: { en: "Linux machines", zh: "Linux 主机" },
  onWith: "hosts",
  rules: withTier({ ...systemRules, ...cpuRules, ...memoryRules, ...diskRules, ...networkRules }),
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
