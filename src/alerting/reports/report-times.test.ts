import { describe, expect, it } from "vitest";
import { openTimeInterval } from "../muting/time-interval.ts";
import { timeIntervalsSchema } from "../muting/time-intervals-schema.ts";
import { watchTimetable } from "../muting/timetable.ts";
import { dueReports, openReports } from "./report-times.ts";
import { reportsSchema } from "./reports-schema.ts";

const zone = "Asia/Shanghai";
const hourMs = 3_600_000;
const parsed = timeIntervalsSchema.parse({
  office: [{ weekdays: ["monday:friday"], times: [{ start: "09:00", end: "18:00" }] }],
});
const intervals = new Map(
  Object.entries(parsed).map(
    ([name, entries]) => [name, watchTimetable(openTimeInterval(entries, { timeZone: zone }))] as const,
  ),
);
/** A moment of November 2026 in Shanghai; the 23rd is a Monday. */
const shanghai = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour - 8, minute);

function opened(config: object, timeZone = zone) {
  return openReports(
    reportsSchema.parse({ morning: { to: ["ops"], at: "09:00", ...config } }),
    { intervals },
    timeZone,
  );
}

function slots(config: object, afterMs: number, count: number): readonly string[] {
  const [report] = opened(config);
  const found: string[] = [];
  let slotMs = report?.nextMs(afterMs);
  while (slotMs !== undefined && found.length < count) {
    found.push(new Date(slotMs + 8 * hourMs).toISOString().slice(5, 16));
    slotMs = report?.nextMs(slotMs);
  }
  return found;
}

describe("alerting/reports/report-times", () => {
  it.each<[name: string, config: object, expected: readonly string[]]>([
    ["every day", {}, ["11-27T09:00", "11-28T09:00", "11-29T09:00"]],
    ["on its weekdays", { weekdays: ["friday", "sunday:monday"] }, ["11-27T09:00", "11-29T09:00", "11-30T09:00"]],
    ["over the weekend", { weekdays: ["saturday:monday"] }, ["11-28T09:00", "11-29T09:00", "11-30T09:00"]],
    ["when its interval holds", { days: "office" }, ["11-27T09:00", "11-30T09:00", "12-01T09:00"]],
    ["on Mondays when it is weekly", { covers: "week" }, ["11-30T09:00", "12-07T09:00", "12-14T09:00"]],
    [
      "weekly on a day of its own",
      { covers: "week", weekdays: ["friday"] },
      ["11-27T09:00", "12-04T09:00", "12-11T09:00"],
    ],
    ["never outside its interval", { at: "08:59", days: "office" }, []],
  ])("comes %s", (_name, config, expected) => {
    expect(slots(config, shanghai(26, 12), 3)).toEqual(expected);
  });

  it("keeps to the clock on the wall over a change to summer time", () => {
    const [report] = opened({ at: "02:30" }, "Europe/Berlin");

    expect(new Date(report?.nextMs(Date.UTC(2026, 2, 28, 12)) ?? 0).toISOString()).toBe("2026-03-29T01:00:00.000Z");
    expect(new Date(report?.nextMs(Date.UTC(2026, 2, 29, 12)) ?? 0).toISOString()).toBe("2026-03-30T00:30:00.000Z");
  });

  it("uses a time zone of its own", () => {
    expect(new Date(opened({ time_zone: "UTC" })[0]?.nextMs(0) ?? 0).toISOString()).toBe("1970-01-01T09:00:00.000Z");
  });

  it.each<[nowMs: number, due: readonly (readonly [slotMs: number, fromMs: number])[]]>([
    [shanghai(27, 8, 59), []],
    [shanghai(27, 9), [[shanghai(27, 9), shanghai(26, 9)]]],
    [shanghai(27, 14, 59), [[shanghai(27, 9), shanghai(26, 9)]]],
    [shanghai(27, 15), []],
    [shanghai(30, 9), [[shanghai(30, 9), shanghai(27, 9)]]],
  ])("is due at %i, and for six hours afterwards, since the report before", (nowMs, due) => {
    const reports = opened({ days: "office" });

    expect(dueReports(reports, nowMs).map(({ slotMs, fromMs }) => [slotMs, fromMs])).toEqual(due);
  });

  it("tells of a week at most, and of a week each week", () => {
    const spanOf = (config: object) =>
      dueReports(opened(config), shanghai(23, 10)).map(({ slotMs, fromMs }) => slotMs - fromMs);

    expect(spanOf({ covers: "week" })).toEqual([7 * 24 * hourMs]);
    expect(spanOf({ weekdays: ["monday"] })).toEqual([7 * 24 * hourMs]);
    expect(spanOf({})).toEqual([24 * hourMs]);
  });

  it.each([
    [{ at: "9:00" }, /HH:MM/],
    [{ at: "24:00" }, /HH:MM/],
    [{ to: [] }, /at least one receiver/],
    [{ weekdays: ["someday"] }, /monday/],
    [{ covers: "month" }, /week/],
  ])("refuses %j", (config, problem) => {
    const report = { to: ["ops"], at: "09:00", ...config };

    expect(reportsSchema.safeParse({ morning: report }).error?.message).toMatch(problem);
  });
});
