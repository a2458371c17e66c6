import { describe, expect, it } from "vitest";
import { calendarsWith } from "../../app/configuration/shipped-calendars.ts";
import { openCalendars } from "./calendars.ts";
import { calendarsSchema } from "./calendars-schema.ts";
import { openTimeInterval } from "./time-interval.ts";
import { timeIntervalsSchema } from "./time-intervals-schema.ts";
import { isWithin, nextChangeMs } from "./timetable.ts";

const calendars = calendarsWith({});
const timeZone = "Asia/Shanghai";

function tableOf(entry: object, more: Parameters<typeof openTimeInterval>[1] = { timeZone, calendars }) {
  return openTimeInterval(timeIntervalsSchema.parse({ it: [entry] })["it"] ?? [], more);
}

/** Whether the interval holds at a wall time of Shanghai. */
function holds(entry: object, local: string): boolean {
  return isWithin(tableOf(entry), Date.parse(`${local}:00+08:00`));
}

const office = { weekdays: ["monday:friday"], times: [{ start: "09:00", end: "18:00" }], workdays: "cn" };

describe("alerting/muting calendars", () => {
  it.each<[string, string, boolean]>([
    ["an ordinary Wednesday", "2026-11-25T10:00", true],
    ["an ordinary Saturday", "2026-11-28T10:00", false],
    ["New Year's Day, a Thursday", "2026-01-01T10:00", false],
    ["the Sunday worked for New Year", "2026-01-04T10:00", true],
    ["the Saturday worked before Spring Festival", "2026-02-14T17:59", true],
    ["the first and the last day of Spring Festival", "2026-02-23T09:00", false],
    ["the Monday of Qingming", "2026-04-06T10:00", false],
    ["the Saturday worked for Labour Day", "2026-05-09T10:00", true],
    ["the Friday of the Dragon Boat Festival", "2026-06-19T10:00", false],
    ["the Sunday worked for National Day", "2026-09-20T10:00", true],
    ["the end of National Day", "2026-10-07T10:00", false],
    ["the day after it", "2026-10-08T10:00", true],
    ["a day worked, before office hours", "2026-10-10T08:59", false],
    ["a Wednesday beyond what is known", "2027-06-16T10:00", true],
  ])("takes %s (%s) for what it is", (_what, local, wanted) => {
    expect(holds(office, local)).toBe(wanted);
  });

  it("lets a window that crosses midnight belong to the day on which it starts", () => {
    const late = { times: [{ start: "22:00", end: "06:00" }], workdays: "cn" };

    expect(holds(late, "2026-10-01T03:00")).toBe(true);
    expect(holds(late, "2026-10-01T23:00")).toBe(false);
    expect(holds(late, "2026-10-11T05:00")).toBe(true);
  });

  it("means Monday to Friday without weekdays, keeps other weekdays, and reads days in the entry's own zone", () => {
    expect(holds({ workdays: "cn" }, "2026-11-27T12:00")).toBe(true);
    expect(holds({ workdays: "cn" }, "2026-11-28T12:00")).toBe(false);
    expect(holds({ weekdays: ["saturday"], workdays: "cn" }, "2026-11-27T12:00")).toBe(false);
    expect(holds({ workdays: "cn", time_zone: "America/New_York" }, "2026-10-01T11:00")).toBe(true);
  });

  it("asks the calendar of the config where it says `true`", () => {
    const table = tableOf({ workdays: true }, { timeZone, calendars, calendar: "cn" });

    expect(isWithin(table, Date.UTC(2026, 9, 2))).toBe(false);
    expect(nextChangeMs(table, Date.UTC(2026, 9, 2))).toBe(Date.parse("2026-10-08T00:00:00+08:00"));
  });

  it("takes more days from the config: they win, and it knows longer", () => {
    const added = calendarsSchema.parse({
      cn: { known_until: "2027-12-31", holidays: ["2027-02-05:2027-02-07", "2026-10-08"], workdays: ["2026-10-01"] },
    });
    const cn = openCalendars(
      calendarsSchema.parse({ cn: { known_until: "2026-12-31", holidays: ["2026-10-01"] } }),
      added,
    );

    expect(cn.get("cn")?.knownUntil).toBe(Date.UTC(2027, 11, 31));
    const days = ["2026-10-01", "2026-10-08", "2027-02-06"].map((day) => cn.get("cn")?.exceptions.get(Date.parse(day)));
    expect(days).toEqual([true, false, false]);
  });

  it("ships China's calendar with every year's days off and worked in balance with its notice", () => {
    const cn = calendars.get("cn");
    const count = (year: number, worked: boolean): number =>
      [...(cn?.exceptions ?? [])].filter(([day, is]) => new Date(day).getUTCFullYear() === year && is === worked)
        .length;

    expect([2025, 2026].map((year) => [count(year, false), count(year, true)])).toEqual([
      [28, 5],
      [33, 6],
    ]);
    for (const [day, worked] of cn?.exceptions ?? []) {
      const isWeekend = [0, 6].includes(new Date(day).getUTCDay());
      if (worked) expect(isWeekend, new Date(day).toISOString()).toBe(true);
    }
  });

  it.each<[object, string]>([
    [{ known_until: "2027-02-30" }, '"2027-02-30" is no day'],
    [{ known_until: "2027-12-31", holidays: ["02-05"] }, '"02-05" does not fit; write a day or a range of days'],
    [{ known_until: "2027-12-31", workdays: ["2027-02-07:2027-02-05"] }, "does not fit"],
    [{ holidays: [] }, "Invalid input"],
  ])("refuses %j", (calendar, words) => {
    const issues = calendarsSchema.safeParse({ cn: calendar }).error?.issues ?? [];

    expect(issues.map(({ message }) => message).join("\n")).toContain(words);
  });
});
