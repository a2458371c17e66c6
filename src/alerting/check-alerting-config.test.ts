import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { checkAlertingConfig } from "./check-alerting-config.ts";
import { maintenanceSchema } from "./muting/maintenance-schema.ts";
import { timeIntervalsSchema } from "./muting/time-intervals-schema.ts";
import { routeSchema } from "./routing/route-schema.ts";
import { rulesSchema } from "./rules/rules-schema.ts";

const rule = { kind: "threshold", metric: "m", above: { warning: 1 } };

function issuesOf(route: unknown, rules: unknown = {}, maintenance: unknown = {}): string[] {
  const sections = {
    route: routeSchema.parse(route),
    rules: rulesSchema.parse(rules),
    receivers: { "ops-chat": {}, dev: {} },
    services: { shop: {} },
    time_intervals: { nights: [] },
    maintenance: maintenanceSchema.parse(maintenance),
  };
  return checkAlertingConfig(sections).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const withExamples = ["README.md", "muting/README.md", "rules/threshold/README.md"];

/** The sections in the YAML blocks of a README. */
function examplesOf(path: string): readonly Record<string, unknown>[] {
  const text = readFileSync(join(import.meta.dirname, path), "utf8");
  return [...text.matchAll(/```yaml\n(.*?)```/gs)].map((block) => parse(block[1] ?? "") as Record<string, unknown>);
}

describe("alerting/check-alerting-config", () => {
  it.each(withExamples)("accepts the examples of %s", (path) => {
    const examples = examplesOf(path);

    expect(examples.length).toBeGreaterThan(0);
    for (const { route = { receiver: "ops" }, rules = {}, receivers = { ops: {} }, ...others } of examples) {
      const sections = {
        route: routeSchema.parse(route),
        rules: rulesSchema.parse(rules),
        services: (others["services"] ?? {}) as Record<string, unknown>,
        time_intervals: timeIntervalsSchema.parse(others["time_intervals"] ?? {}),
        calendars: { cn: {} },
        maintenance: maintenanceSchema.parse(others["maintenance"] ?? {}),
      };
      expect(checkAlertingConfig({ ...sections, receivers: receivers as Record<string, unknown> })).toEqual([]);
    }
  });

  it("names a calendar that is not there, and one that is asked for and not named", () => {
    const interval = (workdays: unknown) =>
      timeIntervalsSchema.parse({ office: [{ weekdays: ["monday"] }, { workdays }] });
    const sections = {
      route: routeSchema.parse({ receiver: "dev" }),
      rules: {},
      receivers: { dev: {} },
      services: {},
      maintenance: {},
      calendars: { cn: {} },
    };
    const messages = (workdays: unknown, calendar?: string) =>
      checkAlertingConfig({ ...sections, time_intervals: interval(workdays), calendar }).map(
        ({ path, message }) => `${path.join(".")}: ${message}`,
      );

    expect(messages("cm")).toEqual(['time_intervals.office.1.workdays: there is no calendar "cm"; did you mean "cn"?']);
    expect(messages(true)).toEqual([
      expect.stringContaining("there is no `calendar` in the config that this could mean"),
    ]);
    expect(messages(true, "jp")).toEqual(['calendar: there is no calendar "jp"; there are cn']);
    expect(messages("cn", "cn")).toEqual([]);
  });

  it("finds nothing wrong with a config that fits", () => {
    const routes = { a: { continue: true, receiver: "dev" }, b: { matchers: ["tier=os"] }, c: {} };

    expect(issuesOf({ receiver: "ops-chat", routes }, { hot: { ...rule, service: "shop" } })).toEqual([]);
  });

  it.each([
    [{ receiver: "ops-chta" }, {}, 'route.receiver: there is no receiver "ops-chta"; did you mean "ops-chat"?'],
    [
      { receiver: "dev", routes: { a: { matchers: ["a=b"], routes: { b: { receiver: "pager" } } } } },
      {},
      'route.routes.a.routes.b.receiver: there is no receiver "pager"; there are ops-chat, dev',
    ],
    [
      { receiver: "dev", routes: { all: {}, os: { matchers: ["tier=os"] } } },
      {},
      'route.routes.os: nothing reaches this route: "all" before it takes every alert',
    ],
    [
      { receiver: "dev" },
      { hot: { ...rule, service: "shopp" } },
      'rules.hot.service: there is no service "shopp"; did you mean "shop"?',
    ],
    [
      { receiver: "dev" },
      { CheckDown: rule },
      'rules.CheckDown: "CheckDown" is the name of an alert of Watchfire\'s own; choose another id',
    ],
  ])("says what is wrong with %j %j", (route, rules, issue) => {
    expect(issuesOf(route, rules)).toEqual([issue]);
  });

  it("says which time intervals and services muting names that are not there", () => {
    const routes = { a: { matchers: ["a=b"], routes: { b: { mute_time_intervals: ["nights", "nigths"] } } } };
    const c = { active_time_intervals: ["weekend"] };
    const maintenance = { release: { services: ["shop", "shp"], cron: "0 22 * * *", lasts: "1h" } };

    expect(issuesOf({ receiver: "dev", routes: { ...routes, c } }, {}, maintenance)).toEqual([
      'route.routes.a.routes.b.mute_time_intervals.1: there is no time interval "nigths"; did you mean "nights"?',
      'route.routes.c.active_time_intervals.0: there is no time interval "weekend"; there are nights',
      'maintenance.release.services.1: there is no service "shp"; did you mean "shop"?',
    ]);
  });

  it("says when nothing is configured at all", () => {
    const issues = checkAlertingConfig({
      route: routeSchema.parse({ receiver: "x" }),
      rules: {},
      receivers: {},
      services: {},
      time_intervals: {},
      maintenance: {},
    });

    expect(issues[0]?.message).toBe('there is no receiver "x"; none is configured');
  });
});
