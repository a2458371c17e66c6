import { describe, expect, it } from "vitest";
import { alertingConfigOf, checkOf, receiverOf } from "../../../test/support/worlds/alerting-world.ts";
import { openEscalation } from "../escalation/escalation-config.ts";
import { policiesSchema } from "../escalation/policies/policies-schema.ts";
import { detectionTime } from "./detection-time.ts";
import { whatIf } from "./what-if.ts";

const night = Date.UTC(2026, 10, 23, 18, 0, 0);
const noon = Date.UTC(2026, 10, 23, 4, 0, 0);
const config = alertingConfigOf(
  [],
  {
    route: {
      receiver: "ops",
      group_by: ["service"],
      routes: {
        copy: { matchers: ["severity=critical"], receiver: "boss", continue: true },
        day: { matchers: ["service=shop"], receiver: "dev", mute_time_intervals: ["nights"] },
      },
    },
    time_intervals: { nights: [{ times: [{ start: "22:00", end: "08:00" }] }] },
  },
  { ops: receiverOf(true), dev: receiverOf(true), boss: receiverOf() },
);

describe("alerting/explain what-if", () => {
  it("names every route that takes the alert, who is told by what, and in which group", () => {
    expect(whatIf(config, { service: "shop", severity: "critical" }, noon).routes).toMatchObject([
      { route: "route/copy", receiver: "boss", kinds: [], group: 'route/copy:{service="shop"}' },
      { route: "route/day", receiver: "dev", kinds: ["log"], groupWaitMs: 30_000, deliverWithinMs: 60_000 },
    ]);
    expect(whatIf(config, { service: "pay" }, noon).routes).toMatchObject([{ route: "route", receiver: "ops" }]);
  });

  it("says what mutes it at that moment", () => {
    const [atNight] = whatIf(config, { service: "shop", severity: "warning" }, night).routes;
    const [atNoon] = whatIf(config, { service: "shop", severity: "warning" }, noon).routes;

    expect(atNight?.mutedBecause).toBe("route/day is muted by nights until 2026-11-24T00:00:00.000Z");
    expect(atNoon?.mutedBecause).toBeUndefined();
  });

  it("says which policy does not begin because nothing is told then", () => {
    const policies = policiesSchema.parse({ p1: { steps: [{ at: "0s", notify: ["ops"] }] } });
    const shop = { id: "shop", title: "Shop", hosts: [], needs: [], links: {}, policy: "p1" };
    const withPolicy = {
      ...config,
      services: new Map([["shop", shop]]),
      escalation: openEscalation({ people: {}, policies, schedules: {} }, "Asia/Shanghai", new Map()),
    };

    expect(whatIf(withPolicy, { service: "shop", severity: "warning" }, night)).toMatchObject({ waitingPolicy: "p1" });
    expect(whatIf(withPolicy, { service: "shop", severity: "warning" }, noon)).toMatchObject({ policy: { id: "p1" } });
  });

  it("reckons how long an outage stays unnoticed at most", () => {
    const timesOf = (changes: Parameters<typeof checkOf>[1] = {}): readonly number[] | undefined =>
      detectionTime(alertingConfigOf([checkOf("a", changes)]), { check: "a" })?.map(({ ms }) => ms);

    expect(timesOf()).toEqual([30_000, 40_000]);
    expect(timesOf({ failureThreshold: 1 })).toEqual([30_000, 10_000]);
    expect(timesOf({ schedule: { kind: "arrival", graceMs: 1 } })).toBeUndefined();
  });
});
