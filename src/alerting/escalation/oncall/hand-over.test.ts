import { describe, expect, it } from "vitest";
import { alertingConfigOf } from "../../../../test/support/worlds/alerting-world.ts";
import {
  checkout,
  crew,
  crewReceivers,
  crewWorld,
  minuteMs,
} from "../../../../test/support/worlds/escalation-world.ts";

const schedules = { ops: { ...crew.schedules.ops, title: "Ops", handover: ["chat"] } };
const mondayMs = Date.parse("2026-11-30T08:00+08:00");

function handoversOf(world: ReturnType<typeof crewWorld>): readonly string[] {
  const rows = world.notices.filter(({ notification }) => notification.because === "hand-over");
  return rows.map(({ receiver, notification }) => {
    const { title, lines = [] } = notification.text ?? {};
    return [`${receiver}→${notification.recipient ?? ""}`, title, ...lines].join(" | ");
  });
}

describe("alerting/escalation/oncall/hand-over", () => {
  it("tells the change of shift once, to the chat with the person who begins, and says how long and what is open", () => {
    const world = crewWorld({ schedules });
    world.nowMs = mondayMs - 10 * minuteMs;
    world.fail(checkout);
    world.advance(60 * minuteMs);
    world.restart();
    world.advance(minuteMs);
    const keys = new Set(world.notices.filter(({ receiver }) => receiver === "chat").map(({ dedupKey }) => dedupKey));

    const said =
      "chat→b | On call: Person B | Ops: Person B is on call, before it was Person A | Until 12-07 08:00 | 1 incident is open";
    // After a start the last hour is told again under the same key, which the store ignores.
    expect(new Set(handoversOf(world))).toEqual(new Set([said]));
    expect([...keys].filter((key) => key.startsWith("handover/"))).toHaveLength(1);
  });

  it("says when nobody follows, in the language of the config", () => {
    const night = { layers: { day: { members: ["a"], only: ["day"] } }, title: "值班", handover: ["mail"] };
    const time_intervals = { day: [{ times: [{ start: "08:00", end: "20:00" }] }] };
    const world = crewWorld({ schedules: { ops: night }, time_intervals });
    world.config = { ...world.config, locale: "zh" };
    world.nowMs = Date.parse("2026-11-30T19:50+08:00");
    world.restart();
    world.advance(15 * minuteMs);

    expect(handoversOf(world)).toEqual([
      "mail→ | 值班:无人 | 值班:现在无人值班(此前 Person A) | 到 12-01 08:00 为止",
      "chat→a | 值班:无人 | 值班:现在无人值班(此前 Person A) | 到 12-01 08:00 为止",
    ]);
  });

  it("says nothing of what only the config changed", () => {
    const world = crewWorld();
    world.advance(minuteMs);
    const swapped = { ops: { ...crew.schedules.ops, members: ["b", "a"] } };
    world.reload(alertingConfigOf([checkout], { ...crew, schedules: swapped }, crewReceivers));
    world.advance(60 * minuteMs);

    expect(handoversOf(world)).toEqual([]);
  });

  it("tells nothing of before the first start, also after another start and an edit within the hour", () => {
    // Ten minutes before the world begins.
    const early = { ops: { ...schedules.ops, handoff: "monday 09:50", starts: "2026-11-16" } };
    const world = crewWorld({ schedules: early });
    world.advance(minuteMs);
    world.restart();
    world.advance(minuteMs);
    world.reload(alertingConfigOf([checkout], { ...crew, schedules: early }, crewReceivers));
    world.advance(minuteMs);
    expect(handoversOf(world)).toEqual([]);

    world.nowMs = Date.parse("2026-11-30T10:20+08:00");
    world.restart();
    world.advance(minuteMs);

    expect(handoversOf(world)).toEqual([expect.stringContaining("Person A is on call, before it was Person B")]);
  });

  it("is woken for the change and for nothing between", () => {
    const world = crewWorld();
    world.advance(minuteMs);

    expect(world.engine.nextWakeMs()).toBe(mondayMs);
  });
});
