import { describe, expect, it } from "vitest";
import { alertingConfigOf, receiverOf } from "../../../test/support/worlds/alerting-world.ts";
import { openEscalation } from "../escalation/escalation-config.ts";
import { schedulesSchema } from "../escalation/oncall/schedules-schema.ts";
import { peopleSchema } from "../escalation/people/people-schema.ts";
import { policiesSchema } from "../escalation/policies/policies-schema.ts";
import { configTestsSchema } from "./config-tests-schema.ts";
import { runConfigTests } from "./run-config-tests.ts";

const people = peopleSchema.parse({
  a: { phone: "+8613800000001", reach: { critical: ["voice"] } },
  b: { phone: "+8613800000002", reach: { critical: ["voice"] } },
});
const policies = policiesSchema.parse({
  p1: {
    steps: [
      { at: "0s", notify: ["ops", "oncall/ops"] },
      { at: "10m", notify: ["person/b"], when: { severities: ["critical"] } },
    ],
  },
});
const schedules = schedulesSchema.parse({
  ops: { members: ["a", "b"], every: "1w", handoff: "monday 10:00" },
});
const base = alertingConfigOf(
  [],
  {
    services: [{ id: "shop", title: "Shop", hosts: [], needs: [], links: {}, policy: "p1" }],
    route: {
      receiver: "ops",
      routes: { nights: { matchers: ["severity=warning"], mute_time_intervals: ["nights"] } },
    },
    time_intervals: { nights: [{ times: [{ start: "22:00", end: "24:00" }] }] },
  },
  { ops: receiverOf(true), voice: receiverOf(false) },
);
const config = {
  ...base,
  escalation: openEscalation({ people, policies, schedules }, "Asia/Shanghai", base.muting.intervals),
};
const failuresOf = (test: object) =>
  runConfigTests(configTestsSchema.parse({ t: { at: "2026-11-26T03:00:00+08:00", ...test } }), config).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
const critical = { labels: { service: "shop", severity: "critical" } };

describe("alerting/explain config tests", () => {
  it("passes where exactly those are reached whom the test names", () => {
    expect(failuresOf({ ...critical, receivers: ["ops"], policy: "p1", people: ["b", "a"] })).toEqual([]);
    expect(failuresOf({ labels: { service: "wiki" }, policy: "none", people: [] })).toEqual([]);
  });

  it("says what is expected and what the config gives, for each key by itself", () => {
    expect(failuresOf({ ...critical, receivers: ["voice"], policy: "p2", people: ["a"] })).toEqual([
      "tests.t.receivers: the test expects voice, but the config gives ops",
      "tests.t.policy: the test expects p2, but the config gives p1",
      "tests.t.people: the test expects a, but the config gives a, b",
    ]);
  });

  it("takes mutes and conditions of that moment into account, and says why nobody is reached", () => {
    const warning = { labels: { service: "shop", severity: "warning" }, at: "2026-11-26T22:30:00+08:00" };

    expect(failuresOf({ ...warning, receivers: [], people: [] })).toEqual([]);
    expect(failuresOf({ ...warning, receivers: ["ops"] })).toEqual([
      "tests.t.receivers: the test expects ops, but the config gives nobody (route/nights is muted by nights until 2026-11-26T16:00:00.000Z)",
    ]);
    expect(failuresOf({ ...warning, at: "2026-11-26T12:00:00+08:00", people: ["a"] })).toEqual([
      "tests.t.people: the test expects a, but the config gives nobody (a is not told of warning)",
    ]);
  });

  it("refuses a test that expects nothing, or has no time zone", () => {
    expect(configTestsSchema.safeParse({ t: { ...critical, at: "2026-11-26T03:00:00Z" } }).success).toBe(false);
    expect(configTestsSchema.safeParse({ t: { ...critical, at: "2026-11-26T03:00:00", people: [] } }).success).toBe(
      false,
    );
  });
});
