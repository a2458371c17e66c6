import { describe, expect, it } from "vitest";
import { checkReports } from "./check-reports.ts";
import { reportsSchema } from "./reports-schema.ts";

describe("alerting/reports/check-reports", () => {
  it("says which receivers and time intervals reports name that are not there", () => {
    const morning = { at: "09:00", to: ["dev", "devs"], days: "offices" };
    const reports = reportsSchema.parse({ morning, weekly: { at: "09:00", to: ["dev"], days: "x" } });
    const issues = checkReports({ reports, receivers: { dev: {} }, time_intervals: { office: [] } });

    expect(issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
      'reports.morning.to.1: there is no receiver "devs"; did you mean "dev"?',
      'reports.morning.days: there is no time interval "offices"; did you mean "office"?',
      'reports.weekly.days: there is no time interval "x"; there are office',
    ]);
  });
});
