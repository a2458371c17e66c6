import fc from "fast-check";
import { getTasks } from "node-cron";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { cronSeries } from "./cron.ts";

const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const upcoming = (expression: string, zone: string, after: string, count: number): string[] => {
  const series = cronSeries(expression, zone);
  const found: string[] = [];
  for (let next = series(at(after)); next !== undefined && found.length < count; next = series(next))
    found.push(
      Temporal.Instant.fromEpochMilliseconds(next).toZonedDateTimeISO(zone).toString({ timeZoneName: "never" }),
    );
  return found;
};

describe("core/time/cron", () => {
  it("reads the expression in its zone", () => {
    expect(upcoming("0 2 * * *", "Asia/Shanghai", "2026-11-23T00:00:00+08:00", 2)).toEqual([
      "2026-11-23T02:00:00+08:00",
      "2026-11-24T02:00:00+08:00",
    ]);
  });

  it("counts an hour that daylight saving repeats once", () => {
    expect(upcoming("30 1 * * *", "America/New_York", "2026-10-31T12:00:00-04:00", 2)).toEqual([
      "2026-11-01T01:30:00-04:00",
      "2026-11-02T01:30:00-05:00",
    ]);
    expect(upcoming("*/30 * * * *", "America/New_York", "2026-11-01T00:45:00-04:00", 4)).toEqual([
      "2026-11-01T01:00:00-04:00",
      "2026-11-01T01:30:00-04:00",
      "2026-11-01T02:00:00-05:00",
      "2026-11-01T02:30:00-05:00",
    ]);
  });

  it("goes on after the repeated hour when it is asked inside its second pass", () => {
    expect(upcoming("*/30 * * * *", "America/New_York", "2026-11-01T01:10:00-05:00", 1)).toEqual([
      "2026-11-01T02:00:00-05:00",
    ]);
  });

  it("runs a time in a skipped hour once, at the next valid minute", () => {
    expect(upcoming("30 2 * * *", "America/New_York", "2026-03-07T12:00:00-05:00", 3)).toEqual([
      "2026-03-08T03:00:00-04:00",
      "2026-03-09T02:30:00-04:00",
      "2026-03-10T02:30:00-04:00",
    ]);
    expect(upcoming("*/30 2,3 * * *", "America/New_York", "2026-03-08T00:00:00-05:00", 2)).toEqual([
      "2026-03-08T03:00:00-04:00",
      "2026-03-08T03:30:00-04:00",
    ]);
  });

  it.each([
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00+00:00"],
    ["0 0 L * *", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00+00:00"],
    ["0 9 * * 1#2", "2026-11-01T00:00:00Z", "2026-11-09T09:00:00+00:00"],
    ["@yearly", "2026-11-01T00:00:00Z", "2027-01-01T00:00:00+00:00"],
    ["15 30 4 * * *", "2026-11-01T00:00:00Z", "2026-11-01T04:30:15+00:00"],
  ])("finds %s after %s", (expression, after, expected) => {
    expect(upcoming(expression, "UTC", after, 1)).toEqual([expected]);
  });

  it("says that an expression never comes", () => {
    expect(cronSeries("0 0 29 2 1#2", "UTC")(at("2026-01-01T00:00:00Z"))).toBeUndefined();
  });

  it("leaves no task behind in the library's registry", () => {
    cronSeries("0 2 * * *", "UTC");

    expect(getTasks().size).toBe(0);
  });

  it("always moves forward and agrees wherever it is asked from", () => {
    const series = cronSeries("*/17 1,2,3 * * *", "America/New_York");
    const yearMs = 366 * 86_400_000;
    fc.assert(
      fc.property(fc.nat(yearMs), fc.nat(7_200_000), (fromMs, laterMs) => {
        const askedMs = at("2026-01-01T00:00:00Z") + fromMs;
        const nextMs = series(askedMs) ?? Number.NaN;
        expect(nextMs).toBeGreaterThan(askedMs);
        expect(series(askedMs + laterMs)).toBe(askedMs + laterMs < nextMs ? nextMs : series(askedMs + laterMs));
        expect(series(askedMs + laterMs) ?? 0).toBeGreaterThanOrEqual(nextMs);
      }),
      { numRuns: 300 },
    );
  });
});
