import { describe, expect, it } from "vitest";
import { openRules } from "./configured-rule.ts";
import { checkRuleReach } from "./rule-reach.ts";
import { rulesSchema } from "./rules-schema.ts";

const dayMs = 86_400_000;
const drop = { kind: "compare", metric: "orders", window: "1h", change: { warning: "< -30%" } };

describe("alerting/rules/rule-reach", () => {
  it("says which rule looks further back than series are kept", () => {
    const rules = openRules(
      rulesSchema.parse({
        month: { ...drop, to: { weeks: 4 } },
        season: { ...drop, to: { weeks: 8 } },
        now: { kind: "threshold", metric: "m", above: { warning: 1 } },
      }),
    );

    expect(checkRuleReach(rules, 35 * dayMs)).toEqual([
      { path: ["rules", "season"], message: "looks 8w1h back, but series are kept for 5w; see storage.keep_series" },
    ]);
    expect(checkRuleReach(rules, 56 * dayMs + 3_600_000)).toEqual([]);
  });
});
