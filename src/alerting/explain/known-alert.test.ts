import { describe, expect, it } from "vitest";
import { alertingConfigOf, checkOf } from "../../../test/support/worlds/alerting-world.ts";
import { lintTests } from "../lint/lint-tests.ts";
import { openRules } from "../rules/configured-rule.ts";
import { rulesSchema } from "../rules/rules-schema.ts";
import { configTestsSchema } from "./config-tests-schema.ts";
import { knownAlert, strangeLabels } from "./known-alert.ts";

const target = (name: string) => ({ id: name, address: name, display: name, labels: { rack: `rack-of-${name}` } });
const checks = [
  { ...checkOf("checkout", { service: "shop" }), targets: [target("one")] },
  { ...checkOf("disks", { tier: "os", severity: "info" }), targets: [target("a"), target("b")] },
];
const rules = openRules(
  rulesSchema.parse({
    drop: {
      kind: "threshold",
      metric: "orders",
      service: "shop",
      tier: "business",
      below: { warning: 5, critical: 1 },
    },
    slow: { kind: "threshold", metric: "delay", above: { warning: 5 } },
  }),
);
const config = {
  ...alertingConfigOf(checks, { services: [{ id: "shop", title: "Shop", hosts: [], needs: [], links: {} }] }),
  rules,
};

describe("alerting/explain known alert", () => {
  it("gives the alert of a check all labels that it would have, and lets what is named stand", () => {
    expect(knownAlert(config, { check: "checkout" })).toMatchObject({
      alertname: "CheckDown",
      service: "shop",
      severity: "critical",
      instance: "one",
      rack: "rack-of-one",
      env: config.env,
    });
    expect(knownAlert(config, { check: "checkout", severity: "info", service: "pay" })).toMatchObject({
      severity: "info",
      service: "pay",
    });
    expect(knownAlert(config, { check: "checkout", alertname: "CheckBlind" })["severity"]).toBe("warning");
    expect(knownAlert(config, { check: "disks", alertname: "CheckFlaw" })["severity"]).toBe("info");
  });

  it("names no target of several, unless it is named", () => {
    expect(knownAlert(config, { check: "disks" })).not.toHaveProperty("instance");
    expect(knownAlert(config, { check: "disks", instance: "b" })["rack"]).toBe("rack-of-b");
  });

  it("takes a rule at its gravest", () => {
    expect(knownAlert(config, { alertname: "drop" })).toMatchObject({
      severity: "critical",
      tier: "business",
      service: "shop",
    });
    expect(knownAlert(config, { team: "web" })).toEqual({ env: config.env, team: "web" });
  });

  it("gives the alert of a rule that names no tier the tier that it is raised with", () => {
    expect(knownAlert(config, { alertname: "slow" })).toMatchObject({ severity: "warning", tier: "application" });
  });

  it("doubts checks, alerts, services and severities that are not there", () => {
    expect(strangeLabels(config, { check: "chekout", alertname: "drop", tier: "db", team: "web" })).toEqual([
      'no alert of Watchfire\'s own has check "chekout"; did you mean "checkout"?',
      'no alert of Watchfire\'s own has tier "db"; there are business, application, os',
    ]);
    expect(strangeLabels(config, { alertname: "CheckDown", check: "disks", service: "shop" })).toEqual([]);
    const tests = configTestsSchema.parse({
      night: { labels: { alertname: "dorp" }, at: "2026-11-26T03:00:00+08:00", receivers: [] },
    });
    expect(lintTests(tests, config)).toEqual([
      {
        path: ["tests", "night", "labels"],
        message: 'no alert of Watchfire\'s own has alertname "dorp"; did you mean "drop"?',
      },
    ]);
  });
});
