import { describe, expect, it } from "vitest";
import { routeSchema } from "../routing/route-schema.ts";
import { buildRouteTree } from "../routing/route-tree.ts";
import { lintRoutes } from "./lint-routes.ts";

const lint = (routes: object) =>
  lintRoutes(buildRouteTree(routeSchema.parse({ receiver: "ops", routes })), new Set(["shop", "pay"])).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

describe("alerting/lint routes", () => {
  it("finds nothing to say of routes that alerts can reach", () => {
    expect(
      lint({
        shop: { matchers: ["service=shop"], routes: { bad: { matchers: ["severity=critical"] } } },
        copy: { matchers: ["tier=os"], continue: true },
        os: { matchers: ["tier=os", "severity=warning"] },
        rest: { matchers: ["service=~pay|shop", "host=db"] },
      }),
    ).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      "contradicts its parent",
      { os: { matchers: ["tier=os"], routes: { app: { matchers: ["tier=application"] } } } },
      'route.routes.os.routes.app: no alert reaches this route: tier="application" never fits where tier="os" does',
    ],
    [
      "contradicts itself by a pattern",
      { x: { matchers: ["host=web-1", "host=~db-.*"] } },
      'route.routes.x: no alert reaches this route: host=~"db-.*" never fits where host="web-1" does',
    ],
    [
      "comes after one that takes all of it",
      { os: { matchers: ["tier=os"] }, disks: { matchers: ["tier=os", "alertname=disk"] } },
      'route.routes.disks: no alert reaches this route: "route/os" before it takes all that fits it',
    ],
    [
      "asks for a severity that is none",
      { x: { matchers: ["severity=crit"] } },
      'route.routes.x.matchers: no alert of Watchfire\'s own has severity "crit"; there are info, warning, critical',
    ],
    [
      "asks for a service that is none",
      { x: { matchers: ["service=shpo"] } },
      'route.routes.x.matchers: no alert of Watchfire\'s own has service "shpo"; there are shop, pay',
    ],
  ])("warns of a route that %s", (_name, routes, expected) => {
    expect(lint(routes)).toEqual([expected]);
  });
});
