import { describe, expect, it } from "vitest";
import { checkout, crewWorld, minuteMs } from "../../../../test/support/worlds/escalation-world.ts";
import { actOnIncident } from "../incident-actions.ts";
import { noteUnanswered } from "./unanswered.ts";

/** The shop is down and person a was called a minute ago. */
function calledWorld() {
  const world = crewWorld();
  const startMs = world.nowMs;
  world.fail(checkout);
  world.advance(minuteMs);
  const incident = world.loaded().incidents[0]?.id ?? "";
  const call = world.outbox.find(({ receiver }) => receiver === "voice")?.notification;
  return { world, startMs, call: { incident, receiver: "voice", recipient: "a", atMs: call?.createdAtMs ?? 0 } };
}

function reached(world: ReturnType<typeof crewWorld>) {
  return world.outbox.at(-1)?.notification.story?.reached?.map(({ who, how, answer }) => [who, how, answer]);
}

describe("alerting/escalation/chain/unanswered", () => {
  it("says of whom was called and did not take the call, to who is called next, through a restart", () => {
    const { world, call } = calledWorld();
    world.advance(5 * minuteMs);
    const second = world.outbox.findLast(({ receiver }) => receiver === "voice")?.notification.createdAtMs ?? 0;
    world.perform(noteUnanswered({ ...call, atMs: second }));
    world.restart();
    world.advance(5 * minuteMs);

    expect(reached(world)).toEqual([
      ["Person A", "call", "none"],
      ["Person B", "call", undefined],
    ]);
    expect(world.loaded().incidents[0]?.timeline.map(({ detail }) => detail)).toContain(
      "Person A did not take the call by voice",
    );
    expect(world.decisions.map(({ because }) => because)).toContain("Person A did not take the call by voice");
  });

  it("does not hold it against a later call, and forgets it when that person takes the incident", () => {
    const { world, call } = calledWorld();
    world.advance(5 * minuteMs);
    world.perform(noteUnanswered(call));
    world.advance(minuteMs);
    world.perform(noteUnanswered({ ...call, atMs: call.atMs + 5 * minuteMs }));
    world.perform(actOnIncident(call.incident, { kind: "acknowledge" }, { by: "a", via: "page" }));

    expect(reached(world)).toEqual([["Person A", "call", "taken"]]);
  });

  it("says once of a call that nobody took it, however often the provider is asked", () => {
    const { world, call } = calledWorld();
    for (const _asked of ["before", "after a death"]) world.perform(noteUnanswered(call));

    const { timeline = [] } = world.loaded().incidents[0] ?? {};
    expect(timeline.filter(({ kind }) => kind === "unanswered")).toHaveLength(1);
  });

  it("knows nothing of an incident that is over", () => {
    const { world, call } = calledWorld();
    world.calm(checkout);
    world.advance(10 * minuteMs);

    world.perform(noteUnanswered(call));

    expect(world.engine.snapshot().incidents).toEqual([]);
  });
});
