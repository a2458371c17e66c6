import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, receiverOf } from "../../../test/support/worlds/alerting-world.ts";
import {
  checkout,
  crew,
  crewReceivers,
  crewWorld,
  minuteMs,
  sentSince,
} from "../../../test/support/worlds/escalation-world.ts";

const oneStep = (...notify: string[]) => ({ p1: { steps: [{ at: "0m", notify }] } });

function timelineOf(world: AlertingWorld): readonly string[] {
  return world.loaded().incidents[0]?.timeline.map(({ kind, detail }) => `${kind}: ${detail}`) ?? [];
}

function because(world: AlertingWorld): readonly string[] {
  return world.decisions.filter(({ stage }) => stage === "escalation").map((decision) => decision.because);
}

describe("alerting/escalation, who learns", () => {
  it("gives copies to who learns, and does not count on them", () => {
    const shadows = [{ person: "b" }];
    const schedules = { ops: { layers: { office: { members: ["a"], only: ["office"] } }, shadows } };
    const time_intervals = { office: [{ weekdays: ["saturday"] }] };
    const learning = crewWorld({
      schedules: { ops: { ...crew.schedules.ops, members: ["a"], shadows } },
      policies: oneStep("oncall/ops"),
    });
    const alone = crewWorld({ schedules, time_intervals });
    for (const world of [learning, alone]) {
      world.fail(checkout);
      world.advance(0);
    }

    expect(learning.outbox[0]?.notification.story?.reached).toEqual([
      { who: "Person A", atMs: learning.nowMs, how: "call" },
    ]);
    // In the chat the learner sees what is there anyway.
    expect(sentSince(learning.outbox, learning.nowMs)).toEqual([
      "+0 chat→a firing first notification",
      "+0 voice→a firing first notification",
    ]);
    expect(because(learning)[0]).toBe("step 1 of 1 of p1: Person A by voice and chat, Person B (copy) by chat");
    expect(timelineOf(alone)).toContain("nobody: nobody was reached: the next step is taken at once");
  });

  it("counts on who learns where a step names them besides, in whatever order", () => {
    const schedules = { ops: { ...crew.schedules.ops, members: ["a"], shadows: [{ person: "b" }] } };
    for (const notify of [
      ["oncall/ops", "person/b"],
      ["person/b", "oncall/ops"],
    ]) {
      const policies = { p1: { steps: [{ at: "0m", notify }] } };
      const world = crewWorld({ schedules, policies });
      world.fail(checkout);
      world.advance(0);

      const told = world.loaded().incidents.flatMap((incident) => incident.told ?? []);
      const heard = told.map(
        ({ recipient, receiver, isCopy }) => `${recipient} by ${receiver}${isCopy ? ", a copy" : ""}`,
      );
      expect(heard.toSorted()).toEqual(["a by chat", "a by voice", "b by chat", "b by voice"]);
    }
  });

  it("never rings for who learns: by mail where the telephone alone would tell, and not at the end either", () => {
    const people = {
      ...crew.people,
      mailed: { title: "Mailed", reach: { critical: ["voice"], warning: ["mail"] } },
      rung: { title: "Rung", reach: { critical: ["voice"] } },
      mixed: { title: "Mixed", reach: { critical: ["both"] } },
    };
    const shadows = ["mailed", "rung", "mixed"].map((person) => ({ person }));
    const schedules = { ops: { ...crew.schedules.ops, members: ["a"], shadows } };
    const bell = { kind: "voice", endpoint: "bell", sendResolved: true, interrupts: true };
    const both = { ...receiverOf(true), integrations: [...receiverOf(true).integrations, bell] };
    const raw = { ...crew, people, schedules, policies: oneStep("oncall/ops") };
    const world = new AlertingWorld(alertingConfigOf([checkout], raw, { ...crewReceivers, both }));
    world.fail(checkout);
    world.advance(0);
    world.calm(checkout);
    world.advance(10 * minuteMs);

    const copies = world.outbox.filter(({ notification }) => notification.recipient !== "a");
    expect(
      copies.map(
        ({ receiver, integration, notification }) =>
          `${notification.recipient} ${receiver} ${integration} ${notification.intent}`,
      ),
    ).toEqual(["mailed mail 0 firing", "mixed both 0 firing", "mailed mail 0 resolved", "mixed both 0 resolved"]);
  });
});
