import { describe, expect, it } from "vitest";
import { crew } from "../../../../test/support/worlds/escalation-world.ts";
import { openSchedules } from "../oncall/schedule.ts";
import { schedulesSchema } from "../oncall/schedules-schema.ts";
import { openPeople } from "../people/people.ts";
import { peopleSchema } from "../people/people-schema.ts";
import { resolveReach } from "./reach.ts";

const nowMs = Date.parse("2026-11-24T12:00+08:00");
const directory = {
  people: openPeople(peopleSchema.parse({ ...crew.people, x: { reach: { info: ["mail"] } } })),
  schedules: openSchedules(
    schedulesSchema.parse({ ops: { ...crew.schedules.ops, shadows: [{ person: "x" }, { person: "a" }] } }),
    "Asia/Shanghai",
    new Map(),
  ),
};

function reached(reference: string, severity: "critical" | "warning" = "critical"): string {
  const { destinations, nobody } = resolveReach(reference, severity, nowMs, directory);
  const texts = destinations.map(
    ({ receiver, recipient, isCopy }) =>
      `${receiver}${recipient === undefined ? "" : `→${recipient}`}${isCopy ? "*" : ""}`,
  );
  return [...texts, ...(nobody === undefined ? [] : [`(${nobody})`])].join(" ");
}

describe("alerting/escalation/telling/reach", () => {
  it.each([
    ["chat", "critical", "chat"],
    ["person/lead", "critical", "voice→lead"],
    ["person/lead", "warning", "(Lead is not told of warning)"],
    ["oncall/ops", "critical", "voice→a chat→a mail→x*"],
    ["oncall/ops+1", "warning", "chat→b"],
    ["oncall/ops+2", "critical", "(nobody is on call for oncall/ops+2)"],
    ["oncall/other", "critical", '(there is no schedule "other")'],
    ["person/who", "critical", '(there is no person "who")'],
    ["team/a", "critical", '("team/a" names nobody)'],
    ["person/a/b", "critical", '("person/a/b" names nobody)'],
  ] as const)("leads %s at %s to %s", (reference, severity, expected) => {
    expect(reached(reference, severity)).toBe(expected);
  });
});
