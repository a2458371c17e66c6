import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, receiverOf } from "../../../test/support/worlds/alerting-world.ts";
import { checkout, crew, crewReceivers, minuteMs, sentSince } from "../../../test/support/worlds/escalation-world.ts";
import type { AlertReceiver } from "../alerting-config.ts";
import { type Actor, actOnIncident, type IncidentDeed, type IncidentOutcome } from "./incident-actions.ts";

const a: Actor = { by: "a", via: "page" };

function act(world: AlertingWorld, deed: IncidentDeed, actor: Actor = a): IncidentOutcome {
  const id = world.loaded().incidents[0]?.id ?? "";
  return world.perform(actOnIncident(id, deed, actor));
}

describe("alerting/escalation news", () => {
  it.each([
    ["the route", { route: { ...crew.route, receiver: "letters" } }, ["person/a"], 1],
    ["a step before it", {}, ["letters", "person/a"], 1],
    ["a step after it", {}, ["person/a", "letters"], 1],
    ["nobody else", {}, ["person/a"], 0],
  ])(
    "address mail for a person to all others of the receiver where %s tells these",
    (_who, changes, notify, shared) => {
      const people = { a: { title: "A", reach: { critical: ["letters"] } } };
      const policies = { p1: { steps: [{ at: "0m", notify }] } };
      const letters: AlertReceiver = {
        ...receiverOf(),
        integrations: [{ kind: "email", endpoint: "m", sendResolved: true, interrupts: false, isPersonal: true }],
      };
      const sections = { ...crew, people, schedules: {}, policies, ...changes };
      const world = new AlertingWorld(alertingConfigOf([checkout], sections, { ...crewReceivers, letters }));
      world.fail(checkout);
      world.advance(minuteMs);

      const mails = world.outbox.filter(({ receiver }) => receiver === "letters").map((row) => row.notification);
      expect(mails.map(({ recipient }) => recipient)).toEqual(["a"]);
      expect(mails.filter(({ isForAll }) => isForAll === true)).toHaveLength(shared);
    },
  );

  it("say in a chat once what several people were told there, and to each alone what reaches a person alone", () => {
    const people = {
      a: { title: "A", reach: { critical: ["chat", "letters"] } },
      b: { title: "B", reach: { critical: ["chat", "letters"] } },
    };
    const policies = { p1: { steps: [{ at: "0m", notify: ["person/a", "person/b"] }] } };
    const letters: AlertReceiver = {
      ...receiverOf(),
      integrations: [{ kind: "email", endpoint: "m", sendResolved: true, interrupts: false, isPersonal: true }],
    };
    const sections = { ...crew, people, schedules: {}, policies };
    const world = new AlertingWorld(alertingConfigOf([checkout], sections, { ...crewReceivers, letters }));
    world.fail(checkout);
    world.advance(minuteMs);
    act(world, { kind: "acknowledge" });
    world.run(checkout);
    world.advance(10 * minuteMs);

    expect(sentSince(world.outbox, 0).map((line) => line.replace(/^\+\d+ (\S+) (\S+) .*/, "$1 $2"))).toEqual([
      "chat→a firing",
      "letters→a firing",
      "chat→b firing",
      "letters→b firing",
      "chat→a update",
      "letters→a update",
      "letters→b update",
      "chat→a resolved",
      "letters→a resolved",
      "letters→b resolved",
    ]);
  });
});
