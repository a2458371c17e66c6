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

  it.each([
    [{ services: undefined }, ": says not what it mutes; it needs services, matchers or both"],
    [{ cron: "0 0 29 2 1#2" }, 'cron: "0 0 29 2 1#2" names a time that never comes'],
    [{ cron: "0 0 * * *", lasts: "1d" }, 'lasts: never ends: by "0 0 * * *" it begins again before it is over'],
    [{ cron: "*/5 * * * *", lasts: "1h" }, "lasts: never ends"],
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
  ])("accepts %j", (changes) => {
    expect(issuesOf(changes)).toEqual([]);
  });
});
