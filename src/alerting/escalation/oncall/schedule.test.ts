import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wallTimeOf } from "../../../core/time/wall-time.ts";
import { openTimeInterval } from "../../muting/time-interval.ts";
import { timeIntervalsSchema } from "../../muting/time-intervals-schema.ts";
import { watchTimetable } from "../../muting/timetable.ts";
import { gapsBetween, onCallAt, openSchedules, type Schedule, shiftsBetween } from "./schedule.ts";
import { schedulesSchema } from "./schedules-schema.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const intervalsConfig = timeIntervalsSchema.parse({
  nights: [{ times: [{ start: "18:00", end: "09:00" }] }],
  office: [{ weekdays: ["monday:friday"], times: [{ start: "09:00", end: "18:00" }] }],
});

function scheduleOf(config: object, timeZone = "Asia/Shanghai"): Schedule {
  const intervals = Object.entries(intervalsConfig).map(
    ([name, entries]) => [name, watchTimetable(openTimeInterval(entries, { timeZone }))] as const,
  );
  const schedule = openSchedules(schedulesSchema.parse({ ops: config }), timeZone, new Map(intervals)).get("ops");
  if (schedule === undefined) throw new Error("it was opened");
  return schedule;
}

/** Who is on call at a wall time of a zone whose offset from UTC is given. */
function orderAt(schedule: Schedule, iso: string): string {
  return onCallAt(schedule, Date.parse(iso)).order.join(" ");
}

function shiftsOf(schedule: Schedule, fromIso: string, days: number): string[] {
  const fromMs = Date.parse(fromIso);
  const clock = (atMs: number): string =>
    new Date(wallTimeOf(atMs, schedule.timeZone)).toISOString().slice(5, 16).replace("T", " ");
  return shiftsBetween(schedule, fromMs, fromMs + days * dayMs).map(
    ({ person, fromMs: beginMs }) => `${clock(beginMs)} ${person ?? "nobody"}`,
  );
}

describe("alerting/escalation/oncall/schedule", () => {
  it("changes turns of a week at the hand-off, and says who comes next", () => {
    const ops = scheduleOf({ members: ["a", "b", "c"], every: "1w", handoff: "monday 10:00", starts: "2026-11-23" });

    expect(orderAt(ops, "2026-11-23T10:00+08:00")).toBe("a b c");
    expect(orderAt(ops, "2026-11-30T09:59+08:00")).toBe("a b c");
    expect(orderAt(ops, "2026-11-30T10:00+08:00")).toBe("b c a");
    expect(orderAt(ops, "2026-11-23T09:59+08:00")).toBe("c a b");
  });

  it("counts the first turn from the one that holds the given day", () => {
    const inTheMiddle = scheduleOf({ members: ["a", "b"], handoff: "monday 10:00", starts: "2026-11-26" });
    const daily = scheduleOf({ members: ["a", "b"], every: "1d", handoff: "08:00", starts: "2026-11-26" });

    expect(orderAt(inTheMiddle, "2026-11-24T00:00+08:00")).toBe("a b");
    expect(orderAt(daily, "2026-11-26T08:00+08:00")).toBe("a b");
    expect(orderAt(daily, "2026-11-27T08:00+08:00")).toBe("b a");
  });

  it("keeps the same turns for a long time without a start", () => {
    const ops = scheduleOf({ members: ["a", "b"] });

    expect(shiftsOf(ops, "2026-11-23T09:00+08:00", 20)).toEqual(["11-23 09:00 a", "11-30 09:00 b", "12-07 09:00 a"]);
  });

  // New York: 2026-03-08 02:00 → 03:00 and 2026-11-01 02:00 → 01:00.
  it("hands over at the same wall time across daylight saving", () => {
    const daily = { members: ["a", "b"], every: "1d", handoff: "08:00", starts: "2026-03-07" };

    expect(shiftsOf(scheduleOf(daily, "America/New_York"), "2026-03-07T08:00-05:00", 3)).toEqual([
      "03-07 08:00 a",
      "03-08 08:00 b",
      "03-09 08:00 a",
      "03-10 08:00 b",
    ]);
  });

  it("hands over once where the clock repeats the hour, and at the next valid minute where it skips it", () => {
    const ops = scheduleOf({ members: ["a", "b"], every: "1d", handoff: "01:30" }, "America/New_York");
    const repeated = shiftsBetween(ops, Date.parse("2026-11-01T04:00Z"), Date.parse("2026-11-01T08:00Z"));
    const skipping = scheduleOf({ members: ["a", "b"], every: "1d", handoff: "02:30" }, "America/New_York");
    const skipped = shiftsBetween(skipping, Date.parse("2026-03-08T05:00Z"), Date.parse("2026-03-08T09:00Z"));

    expect(repeated.map(({ fromMs }) => new Date(fromMs).toISOString())).toEqual([
      "2026-11-01T04:00:00.000Z",
      "2026-11-01T05:30:00.000Z",
    ]);
    expect(skipped.map(({ fromMs }) => new Date(fromMs).toISOString())).toEqual([
      "2026-03-08T05:00:00.000Z",
      "2026-03-08T07:00:00.000Z",
    ]);
  });

  it("lets the last layer that counts decide, and names those below as next", () => {
    const ops = scheduleOf({
      layers: {
        day: { members: ["a", "b"], starts: "2026-11-23" },
        night: { members: ["c"], only: ["nights"] },
      },
    });

    expect(shiftsOf(ops, "2026-11-24T12:00+08:00", 1)).toEqual(["11-24 12:00 a", "11-24 18:00 c", "11-25 09:00 a"]);
    expect(orderAt(ops, "2026-11-24T20:00+08:00")).toBe("c a b");
  });

  it("puts an override in place of the person on call, who then comes last", () => {
    const ops = scheduleOf({
      members: ["a", "b", "c"],
      starts: "2026-11-23",
      overrides: [
        { person: "c", from: "2026-11-24 09:00", to: "2026-11-25 09:00" },
        { person: "d", from: "2026-11-24 12:00", to: "2026-11-24 13:00" },
      ],
    });

    expect(shiftsOf(ops, "2026-11-24T00:00+08:00", 2)).toEqual([
      "11-24 00:00 a",
      "11-24 09:00 c",
      "11-24 12:00 d",
      "11-24 13:00 c",
      "11-25 09:00 a",
    ]);
    expect(orderAt(ops, "2026-11-24T10:00+08:00")).toBe("c b a");
    expect(orderAt(ops, "2026-11-24T12:30+08:00")).toBe("d b c a");
  });

  it("finds the spans in which nobody is on call", () => {
    const office = scheduleOf({ layers: { office: { members: ["a"], only: ["office"] } } });
    const fromMs = Date.parse("2026-11-27T12:00+08:00");

    expect(gapsBetween(office, fromMs, fromMs + 3 * dayMs)).toEqual([
      { person: undefined, fromMs: fromMs + 6 * hourMs, untilMs: fromMs + 69 * hourMs },
    ]);
    expect(gapsBetween(scheduleOf({ members: ["a"] }), fromMs, fromMs + 365 * dayMs)).toEqual([]);
  });

  it("knows who learns, and when the next thing changes", () => {
    const ops = scheduleOf({ members: ["a"], shadows: [{ person: "x", from: "2026-11-24", to: "2026-11-26" }] });
    const at = (iso: string) => onCallAt(ops, Date.parse(iso));

    expect(at("2026-11-23T12:00+08:00")).toEqual({
      order: ["a"],
      shadows: [],
      untilMs: Date.parse("2026-11-24T00:00+08:00"),
    });
    expect(at("2026-11-25T12:00+08:00").shadows).toEqual(["x"]);
    expect(at("2026-11-26T00:00+08:00").shadows).toEqual([]);
  });

  it.each([
    [{}, "name the people"],
    [{ members: ["a"], layers: { x: { members: ["a"] } } }, "has its rotations there"],
    [{ members: ["a"], every: "36h" }, "hours that divide a day"],
    [{ members: ["a"], every: "5h" }, "hours that divide a day"],
    [{ members: ["a"], every: "1w", handoff: "10:00" }, "change on a day"],
    [{ members: ["a"], every: "1d", handoff: "monday 10:00" }, "write the time alone"],
    [{ members: ["a"], handoff: "funday 10:00" }, "is no day"],
    [{ members: ["a"], starts: "2026-02-30" }, "not in the calendar"],
    [{ members: ["a"], overrides: [{ person: "a", from: "2026-11-24", to: "2026-11-23" }] }, "ends before it begins"],
  ])("refuses %j", (config, words) => {
    expect(JSON.stringify(schedulesSchema.safeParse({ ops: config }).error?.issues)).toContain(words);
  });

  const zones = fc.constantFrom("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC");
  const turns = fc.constantFrom("1h", "8h", "12h", "1d", "3d", "1w", "2w");
  const moments = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2028, 0, 1) });

  it("has exactly one person on call at every moment, changing in turn and only when it said", () => {
    fc.assert(
      fc.property(zones, turns, fc.integer({ min: 2, max: 5 }), moments, (zone, every, count, nowMs) => {
        const members = Array.from({ length: count }, (_, index) => `p${index}`);
        const ops = scheduleOf({ members, every }, zone);
        const now = onCallAt(ops, nowMs);
        const next = onCallAt(ops, now.untilMs);

        expect(now.order).toHaveLength(count);
        expect(now.untilMs).toBeGreaterThan(nowMs);
        expect(onCallAt(ops, now.untilMs - 1).order).toEqual(now.order);
        expect(next.order).toEqual([...now.order.slice(1), now.order[0]]);
      }),
      { numRuns: 300 },
    );
  });

  it("gives everybody turns of equal length on the wall clock", () => {
    fc.assert(
      fc.property(zones, turns, moments, (zone, every, nowMs) => {
        const ops = scheduleOf({ members: ["a", "b"], every }, zone);
        const startMs = onCallAt(ops, nowMs).untilMs;
        const wallMs = wallTimeOf(onCallAt(ops, startMs).untilMs, zone) - wallTimeOf(startMs, zone);
        const rightMs = { "1h": 1, "8h": 8, "12h": 12, "1d": 24, "3d": 72, "1w": 168, "2w": 336 }[every] ?? 0;

        // A boundary inside an hour that the clocks skip moves by at most that hour.
        expect(Math.abs(wallMs - rightMs * hourMs)).toBeLessThanOrEqual(hourMs);
      }),
      { numRuns: 200 },
    );
  });
});
