import { describe, expect, it } from "vitest";
import { checkEscalation } from "./check-escalation.ts";
import { peopleSchema } from "./people-schema.ts";

const receivers = { voice: {}, "ops-chat": {} };

function issuesOf(people: unknown): string[] {
  const sections = { receivers, people: peopleSchema.parse(people) };
  return checkEscalation(sections).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("alerting/escalation/check-escalation", () => {
  it("finds nothing wrong with people who are reached by receivers that there are", () => {
    expect(issuesOf({ a: { reach: { critical: ["voice", "ops-chat"] } }, b: {} })).toEqual([]);
  });

  it("says which receivers people name that are not there", () => {
    expect(issuesOf({ a: { reach: { critical: ["voice", "ops-chta"], info: ["pager"] } } })).toEqual([
      'people.a.reach.critical.1: there is no receiver "ops-chta"; did you mean "ops-chat"?',
      'people.a.reach.info.0: there is no receiver "pager"; there are voice, ops-chat',
    ]);
  });
});
