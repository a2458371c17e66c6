import { describe, expect, it } from "vitest";
import { checkOf } from "../../../test/support/worlds/alerting-world.ts";
import type { Service } from "../../core/service.ts";
import { openRules } from "../rules/configured-rule.ts";
import { rulesSchema } from "../rules/rules-schema.ts";
import { checkCorrelation } from "./check-correlation.ts";

const services = (...all: readonly Partial<Service>[]): ReadonlyMap<string, Service> =>
  new Map(
    all.map(({ id = "", ...rest }) => [id, { id, title: id, hosts: [], needs: [], links: {}, ...rest }] as const),
  );
const rulesOf = (dependsOn: readonly string[]) =>
  openRules(
    rulesSchema.parse({ orders: { kind: "threshold", metric: "m", above: { warning: 1 }, depends_on: dependsOn } }),
  );

describe("alerting/correlation check", () => {
  it("finds nothing wrong with dependencies on checks, rules, services and hosts", () => {
    const checks = [
      checkOf("db-1", { probe: "host", tier: "os" }),
      checkOf("page", { dependsOn: ["db-1", "pay", "rule/orders"] }),
    ];

    expect(checkCorrelation({ checks, rules: rulesOf(["host/db-1"]), services: services({ id: "pay" }) })).toEqual([]);
  });

  it("names what does not exist and what is several things, with the path of the key", () => {
    const checks = [checkOf("shop"), checkOf("page", { dependsOn: ["shop", "wikki", "service/db"] })];
    const faults = checkCorrelation({
      checks,
      rules: rulesOf(["page"]),
      services: services({ id: "shop" }, { id: "wiki" }),
    });

    expect(faults).toEqual([
      {
        path: ["checks", "page", "depends_on", 0],
        message: '"shop" is several things; write check/shop or service/shop',
      },
      {
        path: ["checks", "page", "depends_on", 1],
        message: 'there is no check, rule, service or host "wikki"; did you mean "wiki"?',
        missing: "wikki",
      },
      { path: ["checks", "page", "depends_on", 2], message: 'there is no service "db"', missing: "db" },
    ]);
  });

  it("names a circle of services at the edge that closes it", () => {
    const all = services({ id: "a", needs: ["b"] }, { id: "b", needs: ["c"] }, { id: "c", needs: ["a"] });

    expect(checkCorrelation({ checks: [], rules: [], services: all })).toEqual([
      {
        path: ["services", "c", "needs", 0],
        message: "closes a circle of dependencies: service/a → service/b → service/c → service/a",
      },
    ]);
  });

  it("sees that a check inherits what its service needs, and that a service is its checks", () => {
    const checks = [checkOf("card", { service: "pay", dependsOn: ["page"] }), checkOf("page", { service: "shop" })];
    const own = [checkOf("page", { service: "shop", dependsOn: ["shop"] })];

    expect(
      checkCorrelation({ checks, rules: [], services: services({ id: "shop", needs: ["pay"] }, { id: "pay" }) }),
    ).toMatchObject([
      { message: "closes a circle of dependencies: check/card → check/page → service/pay → check/card" },
    ]);
    expect(checkCorrelation({ checks: own, rules: [], services: services({ id: "shop" }) })).toMatchObject([
      { message: "closes a circle of dependencies: check/page → service/shop → check/page" },
    ]);
  });

  it("refuses a way down of more than 32 steps", () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, index) => checkOf(`c${index}`, index === 0 ? {} : { dependsOn: [`c${index - 1}`] }));

    expect(checkCorrelation({ checks: chain(33), rules: [], services: new Map() })).toEqual([]);
    expect(checkCorrelation({ checks: chain(35).toReversed(), rules: [], services: new Map() })).toEqual([
      { path: ["checks", "c34", "depends_on", 0], message: "leads more than 32 steps down" },
    ]);
  });
});
