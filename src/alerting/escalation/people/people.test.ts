import { describe, expect, it } from "vitest";
import { contactsOf, openPeople } from "./people.ts";
import { peopleSchema } from "./people-schema.ts";

const a = { title: "On-call A", phone: "+86 138-0000-0001", dingtalk: "user-a" };

describe("alerting/escalation/people/people", () => {
  it("gives addresses by kind, the number as it is dialled, and the id where there is no title", () => {
    const people = openPeople(peopleSchema.parse({ a, b: {} }));

    expect([...contactsOf(people)]).toEqual([
      ["a", { title: "On-call A", addresses: { phone: "+8613800000001", dingtalk: "user-a" } }],
      ["b", { title: "b", addresses: {} }],
    ]);
  });

  it.each([
    [{}, [[], [], []]],
    [{ critical: ["voice"] }, [["voice"], [], []]],
    [{ warning: ["chat"] }, [["chat"], ["chat"], []]],
    [{ critical: ["voice"], info: ["mail"] }, [["voice"], ["mail"], ["mail"]]],
  ])("reaches by %j what is graver by no fewer receivers than what is milder", (reach, expected) => {
    const person = openPeople(peopleSchema.parse({ a: { reach } })).get("a");

    expect([person?.reach.critical, person?.reach.warning, person?.reach.info]).toEqual(expected);
  });

  it.each([
    [{ phone: "call me" }, "country code"],
    [{ email: "a b@example.com" }, "no mail address"],
    [{ slack: "<!channel>" }, "angle brackets"],
    [{ reach: { critical: [] } }, ">=1"],
    [{ pager: "1" }, "pager"],
  ])("refuses %j", (person, words) => {
    const parsed = peopleSchema.safeParse({ a: person });

    expect(JSON.stringify(parsed.error?.issues)).toContain(words);
  });
});
