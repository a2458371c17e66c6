import { describe, expect, it } from "vitest";
import { parseRrule, rruleSeries } from "./rrule.ts";

/** The first moments of a rule after its start, as local days of the zone. */
function firstOf(text: string, starts: string, count: number, zone = "Asia/Shanghai"): readonly string[] {
  const rule = parseRrule(text);
  if (!rule.ok) throw new Error(rule.problem);
  const next = rruleSeries(rule.value, Date.parse(`${starts}:00Z`), zone);
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  const found: string[] = [];
  for (let atMs = next(0); atMs !== undefined && found.length < count; atMs = next(atMs))
    found.push(format.format(atMs));
  return found;
}

describe("core/time/rrule", () => {
  it.each<[string, string, readonly string[]]>([
    ["FREQ=DAILY", "2026-11-30T22:00", ["2026-11-30 22:00", "2026-12-01 22:00"]],
    ["FREQ=DAILY;INTERVAL=3", "2026-11-30T22:00", ["2026-11-30 22:00", "2026-12-03 22:00"]],
    ["FREQ=DAILY;BYDAY=SA,SU", "2026-11-25T02:30", ["2026-11-28 02:30", "2026-11-29 02:30", "2026-12-05 02:30"]],
    ["FREQ=WEEKLY", "2026-11-25T22:00", ["2026-11-25 22:00", "2026-12-02 22:00"]],
    [
      "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=MO",
      "2026-11-25T22:00",
      ["2026-11-25 22:00", "2026-12-07 22:00", "2026-12-09 22:00"],
    ],
    ["FREQ=MONTHLY", "2026-10-31T01:00", ["2026-10-31 01:00", "2026-12-31 01:00"]],
    ["FREQ=MONTHLY;BYDAY=2SA", "2026-11-01T01:00", ["2026-11-14 01:00", "2026-12-12 01:00", "2027-01-09 01:00"]],
    ["FREQ=MONTHLY;BYDAY=-1SU", "2026-11-01T01:00", ["2026-11-29 01:00", "2026-12-27 01:00"]],
    ["FREQ=MONTHLY;BYMONTHDAY=1,-1", "2026-11-15T01:00", ["2026-11-30 01:00", "2026-12-01 01:00", "2026-12-31 01:00"]],
    ["FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", "2026-11-01T01:00", ["2026-11-01 01:00", "2027-02-01 01:00"]],
    ["FREQ=YEARLY", "2026-11-25T01:00", ["2026-11-25 01:00", "2027-11-25 01:00"]],
    ["FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "2026-01-01T01:00", ["2026-03-29 01:00", "2027-03-28 01:00"]],
    ["FREQ=WEEKLY;UNTIL=20261202T235959Z", "2026-11-25T22:00", ["2026-11-25 22:00", "2026-12-02 22:00"]],
  ])("%s from %s happens on the right days", (text, starts, wanted) => {
    expect(firstOf(text, starts, wanted.length)).toEqual(wanted);
  });

  it("ends after UNTIL", () => {
    expect(firstOf("FREQ=WEEKLY;UNTIL=20261202", "2026-11-25T22:00", 9)).toHaveLength(2);
  });

  it("keeps the wall time over a change to summer time, and a skipped time is the next valid minute", () => {
    expect(firstOf("FREQ=DAILY", "2026-03-28T02:30", 3, "Europe/Berlin")).toEqual([
      "2026-03-28 02:30",
      "2026-03-29 03:00",
      "2026-03-30 02:30",
    ]);
  });

  it.each([
    ["", '"" is no part of a rule'],
    ["BYDAY=MO", "it has no FREQ"],
    ["FREQ=HOURLY", '"HOURLY" is no FREQ'],
    ["FREQ=DAILY;INTERVAL=0", '"0" is no INTERVAL'],
    ["FREQ=WEEKLY;BYDAY=XX", '"XX" is no BYDAY'],
    ["FREQ=WEEKLY;BYDAY=2MO", "a numbered BYDAY needs FREQ=MONTHLY"],
    ["FREQ=MONTHLY;BYMONTHDAY=32", '"32" is no BYMONTHDAY'],
    ["FREQ=YEARLY;BYMONTH=13", '"13" is no BYMONTH'],
    ["FREQ=DAILY;BYHOUR=3", "BYHOUR is not taken; write FREQ"],
    ["FREQ=DAILY;FREQ=DAILY", "stands twice"],
    ["FREQ=DAILY;WKST=SU", '"SU" is no WKST'],
    ["FREQ=DAILY;UNTIL=tomorrow", '"tomorrow" is no UNTIL'],
  ])("refuses %s", (text, words) => {
    expect(parseRrule(text)).toMatchObject({ ok: false, problem: expect.stringContaining(words) });
  });
});
