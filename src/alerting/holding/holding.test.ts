import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  type RawSections,
  receiverOf,
} from "../../../test/support/worlds/alerting-world.ts";

const minuteMs = 60_000;
const disk = checkOf("disk", { tier: "os", severity: "warning", failureThreshold: 1 });
const load = checkOf("load", { tier: "os", severity: "warning", failureThreshold: 1 });
const raid = checkOf("raid", { tier: "os", severity: "critical", failureThreshold: 1 });
const times = { group_by: ["check"], group_wait: "10s", group_interval: "1m", repeat_interval: "12h" };
const machines = { matchers: ["tier=os"], hold: "nights" };
const nights = [{ times: [{ start: "22:00", end: "08:00" }] }];
const sections = { time_intervals: { nights }, route: { ...times, receiver: "ops", routes: { machines } } };

/** A world at an hour in Shanghai of 23 November, and of the days after from 24 on. */
function world(hour: number, changed: RawSections = {}, receivers = { ops: receiverOf(true) }): AlertingWorld {
  const one = new AlertingWorld(alertingConfigOf([disk, load, raid], { ...sections, ...changed }, receivers));
  advanceTo(one, hour);
  return one;
}

function advanceTo(one: AlertingWorld, hour: number, minute = 0): void {
  one.advance(Date.UTC(2026, 10, 23, hour - 8, minute) - one.nowMs);
}

/** Title and lines of every digest so far. */
function digests(one: AlertingWorld): readonly string[] {
  return one.notices.map(({ receiver, notification: { text } }) =>
    [receiver, text?.title, ...(text?.lines ?? [])].join("|"),
  );
}

describe("alerting/holding", () => {
  it("keeps a night's warnings, recovered or not, for one message when it ends, and tells what is critical at once", () => {
    const one = world(23);
    one.fail(disk);
    one.advance(minuteMs);
    one.fail(load);
    one.advance(30 * minuteMs);
    one.run(load);
    one.fail(raid);
    advanceTo(one, 31, 59);
    expect(one.told).toEqual(["ops: first notification 1/0"]);
    advanceTo(one, 32);

    expect(digests(one)).toEqual([
      "ops|Held: 2 alerts, 1 still on|Warning: Check disk – wrong status – since 11-23 23:00|Warning: Check load – wrong status – 11-23 23:01 to 11-23 23:31, resolved",
    ]);
    advanceTo(one, 33);
    expect(one.told).toHaveLength(1);
    expect(one.loaded().records.map(({ kind }) => kind)).toEqual(["config", "watched"]);
  });

  it("tells the recovery of what the digest told, once, and the next outage as a new one", () => {
    const one = world(23);
    one.fail(disk);
    advanceTo(one, 32, 10);

    one.run(disk);
    one.advance(5 * minuteMs);
    one.fail(disk);
    one.advance(5 * minuteMs);

    expect(one.told).toEqual(["ops: all alerts resolved 0/1", "ops: first notification 1/0"]);
    expect(digests(one)).toHaveLength(1);
  });

  it("repeats what the digest told when the repeat interval has passed, not before", () => {
    const one = world(23);
    one.fail(disk);
    advanceTo(one, 43, 59);
    expect(one.told).toEqual([]);
    advanceTo(one, 44, 1);

    expect(one.told).toEqual(["ops: repeat interval elapsed 1/0"]);
  });

  it("loses nothing over a restart and a reload, and is on time after a night in which the daemon was down", () => {
    const one = world(23);
    one.fail(disk);
    one.advance(minuteMs);
    one.restart();
    one.reload(one.config);
    one.run(disk);
    one.advance(minuteMs);

    one.nowMs = Date.UTC(2026, 10, 24, 2);
    one.restart();
    one.advance(minuteMs);

    expect(digests(one)).toEqual([
      "ops|Held: 1 alert, 0 still on|Warning: Check disk – wrong status – 11-23 23:00 to 11-23 23:01, resolved",
    ]);
    expect(one.told).toEqual([]);
  });

  it("tells what is held when a reload takes the hold away", () => {
    const one = world(23);
    one.fail(disk);
    one.advance(minuteMs);

    one.reload(alertingConfigOf([disk, load, raid], { ...sections, route: { ...times, receiver: "ops" } }));
    one.advance(minuteMs);

    expect(digests(one)).toHaveLength(1);
  });

  it("does so at once, although nothing of it fires any more", () => {
    const one = world(23);
    one.fail(disk);
    one.advance(minuteMs);
    one.run(disk);
    one.advance(5 * minuteMs);

    one.reload(alertingConfigOf([disk, load, raid], { ...sections, route: { ...times, receiver: "ops" } }));
    one.advance(0);

    expect(digests(one)).toHaveLength(1);
  });

  it("does not hold again what was told before the night, and tells its end within it", () => {
    const one = world(21);
    one.fail(disk);
    advanceTo(one, 23);
    one.run(disk);
    advanceTo(one, 33);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
    expect(digests(one)).toEqual([]);
  });

  it("counts each outage of the night, also of the same alert", () => {
    const one = world(23);
    for (let outage = 0; outage < 3; outage += 1) {
      one.run(disk, downFinding);
      one.advance(5 * minuteMs);
      one.run(disk);
      one.advance(5 * minuteMs);
    }
    advanceTo(one, 33);

    expect(digests(one)[0]).toContain("Held: 3 alerts, 0 still on");
  });

  it("says in its decisions that it is held and when it was told", () => {
    const one = world(23);
    one.fail(disk);
    one.advance(minuteMs);
    one.run(disk);
    advanceTo(one, 33);

    const trail = one.decisions.filter(({ stage }) => ["muting", "flush", "hold"].includes(stage));
    expect(trail.map(({ outcome, because }) => `${outcome}: ${because}`)).toEqual([
      "mute: route/machines holds it for the digest at the end of nights until 2026-11-24T00:00:00.000Z",
      "hold: fired and resolved while it was held: part of the digest",
      "pass: told to ops with what was held until now",
    ]);
  });

  it("wakes nobody with the digest, and is not inherited by routes below", () => {
    const [chat] = receiverOf(true).integrations;
    if (chat === undefined) throw new Error("receiverOf made no integration");
    const receivers = { ops: { ...receiverOf(true), integrations: [{ ...chat, interrupts: true }, chat] } };
    const one = world(23, {}, receivers);
    one.fail(disk);
    advanceTo(one, 33);
    expect(one.notices.map(({ integration }) => integration)).toEqual([1]);

    const below = { ...machines, routes: { disks: { matchers: ["check=disk"] } } };
    const other = world(23, { route: { ...times, receiver: "ops", routes: { below } } });
    other.fail(disk);
    other.advance(minuteMs);
    expect(other.told).toEqual(["ops: first notification 1/0"]);
  });
});
