import { describe, expect, it } from "vitest";
import { alertingConfigOf } from "../../../test/support/worlds/alerting-world.ts";
import { crew, crewReceivers } from "../../../test/support/worlds/escalation-world.ts";
import { lintLearners, lintSchedules } from "./lint-schedules.ts";

const nowMs = Date.parse("2026-11-27T12:00+08:00");

describe("alerting/lint/lint-schedules", () => {
  it("names schedules with hours that are nobody's, and no others", () => {
    const office = { layers: { office: { members: ["a"], only: ["office"] } } };
    const time_intervals = {
      office: [{ weekdays: ["monday:friday"], times: [{ start: "09:00", end: "18:00" }] }],
    };
    const schedules = { ...crew.schedules, office };
    const { escalation } = alertingConfigOf([], { ...crew, schedules, time_intervals });

    expect(lintSchedules(escalation.schedules, nowMs)).toEqual([
      {
        path: ["schedules", "office"],
        message:
          "nobody is on call 20 times within four weeks, first from 2026-11-27 18:00 to 2026-11-30 09:00; steps that name it go on with the next step then",
      },
    ]);
  });

  it("names learners whom nothing but a telephone would tell", () => {
    const schedules = { ops: { ...crew.schedules.ops, shadows: [{ person: "b" }, { person: "lead" }] } };

    expect(lintLearners(alertingConfigOf([], { ...crew, schedules }, crewReceivers))).toEqual([
      {
        path: ["schedules", "ops", "shadows", 1],
        message: '"lead" hears nothing here: copies never go by telephone, and people.lead.reach names nothing else',
      },
    ]);
  });
});
