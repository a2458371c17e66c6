import { describe, expect, it } from "vitest";
import { checkOf, stateOf } from "../../../test/support/samples/sample-checks.ts";
import { alertingConfigOf } from "../../../test/support/worlds/alerting-world.ts";
import { crew, crewReceivers } from "../../../test/support/worlds/escalation-world.ts";
import { type OutlookInput, outlookOf } from "./outlook.ts";

const atMs = Date.parse("2026-11-23T09:00:00+08:00");
const alerting = alertingConfigOf(
  [],
  {
    ...crew,
    maintenance: {
      tonight: { title: "Shop release", matchers: ["a=b"], cron: "0 22 * * *", lasts: "1h" },
      sunday: { matchers: ["a=b"], cron: "0 3 * * 0", lasts: "1h" },
      now: { matchers: ["a=b"], cron: "30 8 * * *", lasts: "2h" },
    },
  },
  crewReceivers,
);
const outlook = (changes: Partial<OutlookInput> = {}) =>
  outlookOf({
    covers: "day",
    atMs,
    escalation: alerting.escalation,
    maintenance: alerting.muting.maintenance,
    checks: [],
    states: [],
    backupChecks: [],
    ...changes,
  });

describe("alerting/reports/outlook", () => {
  it("names who is on call and who is next, by what people call them", () => {
    expect(outlook().onCall).toEqual([expect.objectContaining({ who: "Person A", next: "Person B" })]);
  });

  it("names maintenance that begins before the next report, in its order", () => {
    const titles = (covers: "day" | "week") => outlook({ covers }).planned.map(({ title }) => title);

    expect(titles("day")).toEqual(["Shop release"]);
    expect(titles("week")).toEqual(["Shop release", "sunday"]);
    expect(outlook().planned[0]?.atMs).toBe(Date.parse("2026-11-23T22:00:00+08:00"));
  });

  it("counts backups that are there, and names those that are late, down or not known", () => {
    const ids = ["good", "late", "down", "blind", "dazed", "new", "other"];
    const checks = ids.map((id) => checkOf({ id, title: `The ${id}` }));
    const states = checks.slice(0, 5).map((check) => stateOf(check, { confirmed: "up" }));
    const known = states.map((state) => ({
      ...state,
      ...(state.check === "late" ? { flaws: { late: "warning" as const } } : {}),
      ...(state.check === "down" ? { confirmed: "down" as const } : {}),
      ...(state.check === "blind" ? { blindSinceMs: atMs - 900_000 } : {}),
      ...(state.check === "dazed" ? { blindSinceMs: atMs - 60_000 } : {}),
    }));

    expect(outlook({ checks, states: known, backupChecks: ids.slice(0, 6) }).backups).toEqual({
      all: 6,
      bad: ["The late", "The down", "The blind", "The new"],
    });
    expect(outlook({ checks })).not.toHaveProperty("backups");
  });
});
