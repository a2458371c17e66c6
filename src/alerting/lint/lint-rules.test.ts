import { describe, expect, it } from "vitest";
import type { Check } from "../../core/checks/check.ts";
import { openRules } from "../rules/configured-rule.ts";
import { rulesSchema } from "../rules/rules-schema.ts";
import { lintRules } from "./lint-rules.ts";

type Source = Pick<Check, "probe" | "tier" | "service">;
const known: Readonly<Record<string, ReadonlySet<string>>> = { http: new Set(["heat"]), host: new Set(["load"]) };
const web: Source = { probe: "http", tier: "application" };
const hot = { kind: "threshold", metric: "heat", above: { warning: 1 } };

const lint = (rule: object, ...checks: Source[]) =>
  lintRules({
    rules: openRules(rulesSchema.parse({ hot: { ...hot, ...rule }, ready: hot })),
    checks,
    metricsOf: (probe) => known[probe],
    ready: new Set(["ready"]),
  });

describe("alerting/lint rules", () => {
  it.each<[string, object, readonly Source[], string]>([
    ["no check that measures it has a service", {}, [web, { probe: "host", tier: "os" }], "nor has any check"],
    ["it joins series of several services", { by: ["room"] }, [{ ...web, service: "shop" }], "`by` leaves"],
  ])("warns of a rule without a service where %s", (_where, rule, checks, expected) => {
    expect(lint(rule, ...checks)).toEqual([{ path: ["rules", "hot"], message: expect.stringContaining(expected) }]);
  });

  it.each<[string, object, readonly Source[]]>([
    ["the rule names one", { service: "shop" }, [web]],
    ["a check has one", {}, [web, { ...web, service: "shop" }]],
    ["what is sent may bring one", {}, [web, { probe: "push", tier: "business", service: "shop" }]],
    ["it is about machines", { tier: "os" }, [web]],
    ["a machine measures it", { metric: "load" }, [{ probe: "host", tier: "os" }]],
    ["nothing measures it yet", {}, []],
  ])("is quiet where %s", (_where, rule, checks) => {
    expect(lint(rule, ...checks)).toEqual([]);
  });
});
