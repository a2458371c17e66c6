import { describe, expect, it } from "vitest";
import { groupKeyOf, groupLabelsOf } from "../grouping/group-key.ts";
import { routeSchema } from "./route-schema.ts";
import { buildRouteTree, matchRoutes, routesById } from "./route-tree.ts";

const tree = buildRouteTree(
  routeSchema.parse({
    receiver: "ops",
    group_by: ["service", "alertname"],
    group_wait: "10s",
    routes: {
      audit: { matchers: ["severity=critical"], receiver: "audit", continue: true, group_by: ["..."] },
      application: {
        matchers: ["tier=application", "severity!=info"],
        receiver: "dev",
        repeat_interval: "1h",
        mute_time_intervals: ["nights"],
        active_time_intervals: ["office"],
        routes: { pay: { matchers: ['service=~"pay|shop"'], group_by: [] } },
      },
      os: { matchers: ["tier=os"], group_wait: "2m" },
      hosts: { matchers: ["host="] },
    },
  }),
);

function idsOf(labels: Record<string, string>): string[] {
  return matchRoutes(tree, labels).map((route) => route.id);
}

describe("alerting/routing", () => {
  it.each([
    [{ tier: "application", severity: "warning", service: "pay" }, ["route/application/pay"]],
    [{ tier: "application", severity: "warning", service: "wiki" }, ["route/application"]],
    [{ tier: "application", severity: "critical" }, ["route/audit", "route/application"]],
    [{ tier: "os", severity: "info" }, ["route/os"]],
    [{ tier: "application", severity: "info" }, ["route/hosts"]],
    [{ tier: "business", severity: "info", host: "h" }, ["route"]],
  ])("takes %j to %j", (labels, ids) => {
    expect(idsOf(labels)).toEqual(ids);
  });

  it("inherits receiver, grouping and times, but not continue nor time intervals", () => {
    const routes = routesById(tree);

    expect(routes.get("route/application/pay")).toMatchObject({
      receiver: "dev",
      groupBy: [],
      groupWaitMs: 10_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 3_600_000,
      continues: false,
      muteIntervals: [],
      activeIntervals: [],
    });
    expect(routes.get("route/application")).toMatchObject({ muteIntervals: ["nights"], activeIntervals: ["office"] });
    expect(routes.get("route/os")).toMatchObject({
      receiver: "ops",
      groupWaitMs: 120_000,
      repeatIntervalMs: 14_400_000,
    });
    expect(routes.get("route/audit")).toMatchObject({ groupBy: "all", continues: true });
  });

  it("names groups by route and labels, leaving out labels that are not there", () => {
    const labels = { alertname: "X", host: 'h"1' };
    const [route] = matchRoutes(tree, labels);
    const all = routesById(tree).get("route/audit");
    if (route === undefined || all === undefined) throw new Error("no route");

    expect(groupKeyOf(route, groupLabelsOf(route, labels))).toBe('route:{alertname="X"}');
    expect(groupKeyOf(all, groupLabelsOf(all, labels))).toBe('route/audit:{alertname="X", host="h\\"1"}');
  });

  it.each([
    [{}, "receiver"],
    [{ receiver: "ops", matchers: ["a=b"] }, "matchers"],
    [{ receiver: "ops", continue: true }, "continue"],
    [{ receiver: "ops", mute_time_intervals: ["nights"] }, "mute_time_intervals"],
    [{ receiver: "ops", group_by: ["...", "a"] }, "stands alone"],
    [{ receiver: "ops", group_by: ["a", "a"] }, "stands twice"],
    [{ receiver: "ops", group_interval: "0s" }, "out of range"],
    [{ receiver: "ops", routes: { os: { matchers: ["tier~os"] } } }, "write name=value"],
    [{ receiver: "ops", routes: { os: { matchers: ['a=~"(?=x)"'] } } }, "RE2"],
    [{ receiver: "ops", routes: { os: { holds: "nights" } } }, "hold"],
    [{ receiver: "ops", routes: { "10": {} } }, "must not be a number"],
  ])("refuses %j and says why", (config, words) => {
    const outcome = routeSchema.safeParse(config);

    expect(outcome.success).toBe(false);
    expect(JSON.stringify(outcome.error?.issues)).toContain(words);
  });
});
