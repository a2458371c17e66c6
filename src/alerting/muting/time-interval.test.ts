import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { windowTimetable } from "./maintenance-window.ts";
import { openTimeInterval } from "./time-interval.ts";
import { timeIntervalsSchema } from "./time-intervals-schema.ts";
import { anyOf, isWithin, nextChangeMs, type Timetable, watchTimetable } from "./timetable.ts";

const hourMs = 3_600_000;
const shanghai = "Asia/Shanghai";
const newYork = "America/New_York";
const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const shown = (atMs: number | undefined, zone: string): string | undefined =>
  atMs === undefined
    ? undefined
    : Temporal.Instant.fromEpochMilliseconds(atMs)
        .toZonedDateTimeISO(zone)
        .toString({ timeZoneName: "never", smallestUnit: "minute" });

function intervalOf(zone: string, ...entries: readonly unknown[]): Timetable {
  return openTimeInterval(timeIntervalsSchema.parse({ it: entries })["it"] ?? [], { timeZone: zone });
}

/** The next changes after a moment, as local times. */
function changes(table: Timetable, zone: string, after: string, count: number): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (let atMs: number | undefined = at(after); atMs !== undefined && found.length < count; ) {
    atMs = nextChangeMs(table, atMs);
    found.push(shown(atMs, zone));
  }
  return found;
}

const nights = { times: [{ start: "22:00", end: "08:00" }] };

describe("alerting/muting time intervals", () => {
  it.each([
    ["2026-11-23T21:59:59.999+08:00", false],
    ["2026-11-23T22:00:00+08:00", true],
    ["2026-11-24T00:00:00+08:00", true],
    ["2026-11-24T07:59:59.999+08:00", true],
    ["2026-11-24T08:00:00+08:00", false],
  ])("crosses midnight: at %s %s", (moment, expected) => {
    expect(isWithin(intervalOf(shanghai, nights), at(moment))).toBe(expected);
  });

  it("belongs to the day on which it starts", () => {
    const weekNights = intervalOf(shanghai, { ...nights, weekdays: ["monday:friday"] });

    expect(changes(weekNights, shanghai, "2026-11-26T12:00:00+08:00", 5)).toEqual([
      "2026-11-26T22:00+08:00",
      "2026-11-27T08:00+08:00",
      "2026-11-27T22:00+08:00",
      "2026-11-28T08:00+08:00",
      "2026-11-30T22:00+08:00",
    ]);
  });

  it.each<[string, object, string, string[]]>([
    [
      "weekdays over the weekend",
      { weekdays: ["friday:monday"] },
      "2026-11-25T00:00:00+08:00",
      ["2026-11-27T00:00+08:00", "2026-12-01T00:00+08:00"],
    ],
    [
      "one weekday",
      { weekdays: ["Sunday"] },
      "2026-11-23T00:00:00+08:00",
      ["2026-11-29T00:00+08:00", "2026-11-30T00:00+08:00"],
    ],
    [
      "days from the end of the month",
      { days_of_month: ["-3:-1"] },
      "2026-11-23T00:00:00+08:00",
      ["2026-11-28T00:00+08:00", "2026-12-01T00:00+08:00", "2026-12-29T00:00+08:00"],
    ],
    [
      "days that a short month lacks",
      { days_of_month: ["30:31", "-31"] },
      "2026-02-01T00:00:00+08:00",
      ["2026-03-01T00:00+08:00", "2026-03-02T00:00+08:00", "2026-03-30T00:00+08:00", "2026-04-01T00:00+08:00"],
    ],
    [
      "days up to the end of the month",
      { days_of_month: ["25:-1"], months: [2] },
      "2028-01-01T00:00:00+08:00",
      ["2028-02-25T00:00+08:00", "2028-03-01T00:00+08:00"],
    ],
    [
      "months over the new year",
      { months: ["november:february"] },
      "2026-03-01T00:00:00+08:00",
      ["2026-11-01T00:00+08:00", "2027-03-01T00:00+08:00"],
    ],
    [
      "years",
      { years: ["2027:2028"], months: ["january"], days_of_month: [1] },
      "2026-03-01T00:00:00+08:00",
      ["2027-01-01T00:00+08:00", "2027-01-02T00:00+08:00", "2028-01-01T00:00+08:00", "2028-01-02T00:00+08:00"],
    ],
    [
      "several times of a day",
      {
        times: [
          { start: "09:00", end: "12:00" },
          { start: "13:00", end: "24:00" },
        ],
      },
      "2026-11-23T00:00:00+08:00",
      ["2026-11-23T09:00+08:00", "2026-11-23T12:00+08:00", "2026-11-23T13:00+08:00", "2026-11-24T00:00+08:00"],
    ],
  ])("reads %s", (_what, entry, after, expected) => {
    expect(changes(intervalOf(shanghai, entry), shanghai, after, expected.length)).toEqual(expected);
  });

  it("joins entries that touch and reads each in its own zone", () => {
    const both = intervalOf(
      shanghai,
      { times: [{ start: "08:00", end: "12:00" }] },
      { times: [{ start: "04:00", end: "06:00" }], time_zone: "UTC" },
    );

    expect(changes(both, shanghai, "2026-11-23T00:00:00+08:00", 2)).toEqual([
      "2026-11-23T08:00+08:00",
      "2026-11-23T14:00+08:00",
    ]);
  });

  it("has no change when it is always or never", () => {
    const always = intervalOf(shanghai, {});
    const past = intervalOf(shanghai, { years: [2020] });

    expect([isWithin(always, at("2026-11-23T00:00:00Z")), nextChangeMs(always, at("2026-11-23T00:00:00Z"))]).toEqual([
      true,
      undefined,
    ]);
    expect([isWithin(past, at("2026-11-23T00:00:00Z")), nextChangeMs(past, at("2026-11-23T00:00:00Z"))]).toEqual([
      false,
      undefined,
    ]);
  });

  it("goes by the clock on the wall when daylight saving begins and ends (F61)", () => {
    const table = intervalOf(newYork, nights);

    expect(changes(table, newYork, "2026-03-07T12:00:00-05:00", 2)).toEqual([
      "2026-03-07T22:00-05:00",
      "2026-03-08T08:00-04:00",
    ]);
    expect(changes(table, newYork, "2026-10-31T12:00:00-04:00", 2)).toEqual([
      "2026-10-31T22:00-04:00",
      "2026-11-01T08:00-05:00",
    ]);
  });

  it("counts a repeated hour once and moves a skipped time to the next valid minute (F61)", () => {
    const early = intervalOf(newYork, { times: [{ start: "01:15", end: "01:45" }] });
    const skipped = intervalOf(newYork, { times: [{ start: "02:30", end: "04:00" }] });
    const lost = intervalOf(newYork, { times: [{ start: "02:15", end: "02:45" }] });

    expect(changes(early, newYork, "2026-11-01T00:00:00-04:00", 3)).toEqual([
      "2026-11-01T01:15-04:00",
      "2026-11-01T01:45-04:00",
      "2026-11-02T01:15-05:00",
    ]);
    expect(changes(skipped, newYork, "2026-03-08T00:00:00-05:00", 2)).toEqual([
      "2026-03-08T03:00-04:00",
      "2026-03-08T04:00-04:00",
    ]);
    expect(changes(lost, newYork, "2026-03-08T00:00:00-05:00", 2)).toEqual([
      "2026-03-09T02:15-04:00",
      "2026-03-09T02:45-04:00",
    ]);
  });

  it.each([
    [{ times: [{ start: "9:00", end: "10:00" }] }, '"9:00" is no time of day; write "00:00" to "24:00"'],
    [{ times: [{ start: "09:00", end: "24:30" }] }, '"24:30" is no time of day; write "00:00" to "24:00"'],
    [{ times: [{ start: "09:00", end: "09:00" }] }, 'write "00:00" and "24:00" for a whole day'],
    [{ times: [] }, "Too small"],
    [{ weekdays: ["monday:fryday"] }, '"monday:fryday" does not fit; write a weekday or a range'],
    [{ weekdays: ["monday:tuesday:friday"] }, "write a weekday or a range"],
    [{ days_of_month: [0] }, "write 1 to 31, -31 to -1"],
    [{ days_of_month: ["9:3"] }, "write 1 to 31, -31 to -1"],
    [{ months: ["13"] }, "write a month or a range"],
    [{ years: ["2028:2026"] }, "write a year or a range"],
    [{ time_zone: "Mars/Olympus" }, "is no time zone"],
  ])("refuses %j and says why", (entry, words) => {
    const outcome = timeIntervalsSchema.safeParse({ it: [entry] });

    expect(outcome.success).toBe(false);
    expect(outcome.error?.issues.map((issue) => issue.message).join("\n")).toContain(words);
  });
});

describe("alerting/muting timetables", () => {
  it("opens a maintenance window by the calendar and keeps it open by the clock (F61)", () => {
    const table = windowTimetable({ cron: "30 2 * * 0" }, 2 * hourMs, newYork);

    expect(changes(table, newYork, "2026-03-07T12:00:00-05:00", 2)).toEqual([
      "2026-03-08T03:00-04:00",
      "2026-03-08T05:00-04:00",
    ]);
    expect(
      changes(windowTimetable({ cron: "30 1 * * 0" }, 2 * hourMs, newYork), newYork, "2026-10-31T12:00:00-04:00", 2),
    ).toEqual(["2026-11-01T01:30-04:00", "2026-11-01T02:30-05:00"]);
  });

  it("sees windows that overlap or touch as one, and has no end when they always do", () => {
    const hourly = windowTimetable({ cron: "0 22,23 * * *" }, 90 * 60_000, shanghai);

    expect(changes(hourly, shanghai, "2026-11-23T12:00:00+08:00", 2)).toEqual([
      "2026-11-23T22:00+08:00",
      "2026-11-24T00:30+08:00",
    ]);
    expect(
      nextChangeMs(windowTimetable({ cron: "* * * * *" }, 60_000, "UTC"), at("2026-11-23T00:00:30Z")),
    ).toBeUndefined();
  });

  const tables = [
    intervalOf(newYork, nights),
    intervalOf(newYork, { ...nights, weekdays: ["friday:monday"] }, { days_of_month: ["-2:-1", 1] }),
    intervalOf(shanghai, { times: [{ start: "01:15", end: "03:30" }], time_zone: newYork }),
    windowTimetable({ cron: "30 1,2 * * *" }, 5 * hourMs, newYork),
    anyOf([windowTimetable({ cron: "0 0 1 * *" }, 40 * hourMs, newYork), intervalOf(newYork, nights)]),
  ];
  const moment = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z") });

  it("changes when it says and at no moment before", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...tables),
        moment,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (table, nowMs, part) => {
          const changeMs = nextChangeMs(table, nowMs) ?? Number.NaN;
          const betweenMs = nowMs + Math.floor((changeMs - 1 - nowMs) * part);

          expect(changeMs).toBeGreaterThan(nowMs);
          expect(isWithin(table, changeMs)).toBe(!isWithin(table, nowMs));
          expect(isWithin(table, betweenMs)).toBe(isWithin(table, nowMs));
          expect(nextChangeMs(table, betweenMs)).toBe(changeMs);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is watched without a difference, whichever way time goes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...tables), fc.array(moment, { maxLength: 20 }), (table, moments) => {
        const stateAt = watchTimetable(table);
        for (const nowMs of moments)
          expect(stateAt(nowMs)).toEqual({ isWithin: isWithin(table, nowMs), untilMs: nextChangeMs(table, nowMs) });
      }),
      { numRuns: 50 },
    );
  });
});
