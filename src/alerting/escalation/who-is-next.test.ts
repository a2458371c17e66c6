import { describe, expect, it } from "vitest";
import type { AlertingWorld } from "../../../test/support/worlds/alerting-world.ts";
import { checkout, crewWorld, minuteMs } from "../../../test/support/worlds/escalation-world.ts";

const oneStep = (...notify: string[]) => ({ p1: { steps: [{ at: "0m", notify }] } });

function timelineOf(world: AlertingWorld): readonly string[] {
  return world.loaded().incidents[0]?.timeline.map(({ kind, detail }) => `${kind}: ${detail}`) ?? [];
}

describe("alerting/escalation, who was told and who is next", () => {
  it("says in each message who was told and who is next", () => {
    const world = crewWorld();
    world.fail(checkout);
    world.advance(10 * minuteMs);
    const startMs = world.nowMs - 10 * minuteMs;
    const [first] = world.outbox;

    expect(first?.notification.story).toEqual({
      reached: [{ who: "Person A", atMs: startMs, how: "call" }],
      next: [{ who: "Person A", atMs: startMs + 5 * minuteMs, again: true }],
    });
    expect(world.outbox.at(-1)?.notification.story).toEqual({
      news: { kind: "escalated", who: "Person B" },
      reached: [
        { who: "Person A", atMs: startMs + 5 * minuteMs, how: "call" },
        { who: "Person B", atMs: startMs + 10 * minuteMs, how: "call" },
      ],
      next: [{ who: "Lead", atMs: startMs + 20 * minuteMs }],
    });
  });

  it("says with the last step that nobody is next, where the chain does not begin again", () => {
    const world = crewWorld({ policies: oneStep("person/a") });
    world.fail(checkout);
    world.advance(0);

    expect(world.outbox[0]?.notification.story).toMatchObject({ isLast: true });
    expect(timelineOf(world).at(-1)).toBe("exhausted: p1 has no further step");
  });
});
