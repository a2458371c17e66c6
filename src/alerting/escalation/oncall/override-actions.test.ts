import { describe, expect, it } from "vitest";
import { checkout, crew, crewWorld, minuteMs, sentSince } from "../../../../test/support/worlds/escalation-world.ts";
import { type OverrideWish, removeOverride, setOverride } from "./override-actions.ts";
import { onCallAt } from "./schedule.ts";

const hourMs = 3_600_000;
const schedules = { ops: { ...crew.schedules.ops, title: "Ops", handover: ["chat"] } };
type World = ReturnType<typeof crewWorld>;

function wishOf(world: World, changes: Partial<OverrideWish> = {}): OverrideWish {
  return { schedule: "ops", person: "lead", toMs: world.nowMs + 8 * hourMs, by: "a", ...changes };
}

function onCall(world: World): string | undefined {
  const schedule = world.engine.escalation().schedules.get("ops");
  return schedule === undefined ? undefined : onCallAt(schedule, world.nowMs).order[0];
}

function told(world: World): readonly string[] {
  return world.notices.map(({ receiver, notification: { recipient = "", text } }) =>
    [`${receiver}→${recipient}`, ...(text?.lines ?? [])].join(" | "),
  );
}

describe("alerting/escalation/oncall/override-actions", () => {
  it("puts somebody else on call from now on: steps reach that one, and the change of shift is told with who arranged it", () => {
    const world = crewWorld({ schedules });
    world.advance(minuteMs);
    const { nowMs } = world;

    const outcome = world.perform(setOverride(wishOf(world, { comment: "swap" })));
    world.advance(minuteMs);
    world.fail(checkout);
    world.advance(minuteMs);

    expect(outcome).toMatchObject({ ok: true, override: { person: "lead", fromMs: nowMs } });
    expect(onCall(world)).toBe("lead");
    expect(sentSince(world.outbox, world.nowMs - minuteMs)).toContain("+0 voice→lead firing first notification");
    expect(told(world)).toContain(
      "chat→ | Ops: Lead is on call, before it was Person A | Until 18:01 | Arranged by Person A: Lead instead of Person A (swap)",
    );
  });

  it("gives back to the schedule at its end, and tells that", () => {
    const world = crewWorld({ schedules });
    world.advance(minuteMs);
    world.perform(setOverride(wishOf(world)));

    world.advance(8 * hourMs + minuteMs);

    expect(onCall(world)).toBe("a");
    expect(told(world).filter((line) => line.includes("Person A is on call, before it was Lead"))).not.toEqual([]);
  });

  it("survives a restart and a reload", () => {
    const world = crewWorld({ schedules });
    world.advance(minuteMs);
    world.perform(setOverride(wishOf(world)));
    const fresh = world.config;

    world.restart(fresh);
    expect(onCall(world)).toBe("lead");
    world.reload(fresh);

    expect(onCall(world)).toBe("lead");
    expect(world.engine.snapshot().overrides).toHaveLength(1);
  });

  it("ends at once when it is removed, tells who is on call again, and takes back what has not begun without a word", () => {
    const world = crewWorld({ schedules });
    world.advance(minuteMs);
    const now = world.perform(setOverride(wishOf(world)));
    const later = world.perform(
      setOverride(wishOf(world, { fromMs: world.nowMs + 20 * hourMs, toMs: world.nowMs + 21 * hourMs })),
    );
    world.advance(hourMs);

    expect(world.perform(removeOverride(later.ok ? later.override.id : "", "b"))).toMatchObject({ ok: true });
    expect(world.perform(removeOverride(now.ok ? now.override.id : "", "b"))).toMatchObject({ ok: true });
    world.advance(30 * hourMs);

    expect(onCall(world)).toBe("a");
    const changes = new Set(
      world.notices.filter(({ receiver }) => receiver === "chat").map(({ dedupKey }) => dedupKey.split("/chat/")[0]),
    );
    expect(changes.size).toBe(2);
    expect(world.perform(removeOverride(now.ok ? now.override.id : "", "b"))).toMatchObject({
      ok: false,
      problem: "unknown",
    });
  });

  it.each<[string, (world: World) => Partial<OverrideWish>, string]>([
    ["an unknown schedule", () => ({ schedule: "opz" }), 'there is no schedule "opz"; did you mean "ops"?'],
    ["an unknown person", () => ({ person: "leed" }), 'there is no person "leed"; did you mean "lead"?'],
    ["what is over", ({ nowMs }) => ({ toMs: nowMs }), "it would be over already"],
    ["an end before the beginning", ({ nowMs }) => ({ fromMs: nowMs + 9 * hourMs }), "it ends before it begins"],
    ["a year and more", ({ nowMs }) => ({ toMs: nowMs + 9000 * hourMs }), "more than a year"],
    [
      "what overlaps another",
      ({ nowMs }) => ({ fromMs: nowMs + hourMs, toMs: nowMs + 2 * hourMs, person: "b" }),
      "remove that one first",
    ],
    ["a person whom nothing reaches", () => ({ person: "mute" }), "Mute cannot be told of anything"],
  ])("refuses %s", (_what, changes, message) => {
    const world = crewWorld({ people: { ...crew.people, mute: { title: "Mute" } } });
    world.perform(setOverride(wishOf(world)));

    const outcome = world.perform(setOverride(wishOf(world, changes(world))));

    expect(outcome).toMatchObject({ ok: false, message: expect.stringContaining(message) as string });
    expect(world.engine.snapshot().overrides).toHaveLength(1);
  });

  it("decides over the exceptions of the config", () => {
    const overrides = [{ person: "b", from: "2026-11-23", to: "2026-11-25" }];
    const world = crewWorld({ schedules: { ops: { ...schedules.ops, overrides } } });
    expect(onCall(world)).toBe("b");

    world.perform(setOverride(wishOf(world)));

    expect(onCall(world)).toBe("lead");
  });
});
