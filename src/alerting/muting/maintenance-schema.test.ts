import { describe, expect, it } from "vitest";
import { maintenanceSchema } from "./maintenance-schema.ts";

const window = { services: ["shop"], cron: "0 22 * * 3", lasts: "1h" };

function issuesOf(changes: object): readonly string[] {
  const outcome = maintenanceSchema.safeParse({ release: { ...window, ...changes } });
  return (outcome.error?.issues ?? []).map(({ path, message }) => `${path.slice(1).join(".")}: ${message}`);
}

describe("alerting/muting maintenance", () => {
  it("spares critical business alerts by default", () => {
    expect(maintenanceSchema.parse({ release: window })["release"]?.never_mute).toEqual([
      "tier=business",
      "severity=critical",
    ]);
  });

  it("takes a start as the exceptions of a schedule are written, too", () => {
    const startsOf = (starts: string) =>
      maintenanceSchema.parse({ a: { services: ["shop"], rrule: "FREQ=DAILY", lasts: "1h", starts } })["a"]?.starts;

    expect([startsOf("2026-11-25 22:00"), startsOf("2026-11-25T22:00")]).toEqual([
      Date.UTC(2026, 10, 25, 22),
      Date.UTC(2026, 10, 25, 22),
    ]);
  });

  it.each([
    [{ services: undefined }, ": says not what it mutes; it needs services, matchers or both"],
    [{ cron: "0 0 29 2 1#2" }, 'cron: "0 0 29 2 1#2" names a time that never comes'],
    [{ cron: "0 0 * * *", lasts: "1d" }, 'lasts: never ends: by "0 0 * * *" it begins again before it is over'],
    [{ cron: "*/5 * * * *", lasts: "1h" }, "lasts: never ends"],
    [{ cron: undefined }, ": says not when it begins; it needs either cron or rrule"],
    [{ rrule: "FREQ=DAILY" }, ": says not when it begins; it needs either cron or rrule"],
    [{ cron: undefined, rrule: "FREQ=DAILY" }, ": `rrule` and `starts` belong together"],
    [{ starts: "2026-11-25T22:00" }, ": `rrule` and `starts` belong together"],
    [
      { cron: undefined, rrule: "FREQ=HOURLY", starts: "2026-11-25T22:00" },
      'rrule: "FREQ=HOURLY" is no rule that is taken',
    ],
    [{ cron: undefined, rrule: "FREQ=DAILY", starts: "tonight" }, "starts: write a day, or a day and a time"],
    [
      { cron: undefined, rrule: "FREQ=DAILY", starts: "2026-02-30 22:00" },
      'starts: "2026-02-30 22:00" is not in the calendar',
    ],
    [
      { cron: undefined, rrule: "FREQ=DAILY;UNTIL=20200101", starts: "2026-11-25T22:00" },
      'rrule: "FREQ=DAILY;UNTIL=20200101" names a time that never comes',
    ],
    [{ cron: undefined, rrule: "FREQ=DAILY", starts: "2026-11-25T22:00", lasts: "1d" }, "lasts: never ends"],
    [{ lasts: "30s" }, 'lasts: "30s" is out of range; it must be between 1m and 4w3d'],
    [{ cron: "every day" }, 'cron: "every day" is no cron expression of five fields'],
    [{ time_zone: "Mars" }, 'time_zone: "Mars" is no time zone'],
    [{ matchers: [] }, "matchers: Too small"],
  ])("refuses %j and says why", (changes, words) => {
    expect(issuesOf(changes).join("\n")).toContain(words);
  });

  it.each([
    { cron: "* 0-7 * * *", lasts: "1m" },
    { cron: "0 0 * * 1-6", lasts: "1d" },
    { services: undefined, matchers: ["tier=os"] },
    { cron: "0 0 29 2 *" },
    { cron: undefined, rrule: "FREQ=MONTHLY;BYDAY=2SA", starts: "2026-11-01T01:00", lasts: "6h" },
  ])("accepts %j", (changes) => {
    expect(issuesOf(changes)).toEqual([]);
  });
});
