import { describe, expect, it } from "vitest";
import { probeTimeoutMs } from "./probe-timeout.ts";

describe("exporters/blackbox/probe-timeout", () => {
  it.each([
    [0, "15", 500, 14_500],
    [0, "15", 0, 15_000],
    [20_000, "15", 500, 14_500],
    [20_000, "15", 0, 15_000],
    [5000, "15", 0, 5000],
    [5000, "15", 500, 5000],
    [10_000, "", 500, 10_000],
    [10_000, "10", 500, 9500],
    [9500, undefined, 500, 9500],
    [9500, "", 1000, 9500],
    [0, undefined, 500, 119_500],
    [0, "", 0, 120_000],
    [0, "0.2", 500, 0],
  ])("gives a module of %j ms scraped in %j s less %j ms the time %j ms", (moduleMs, header, offsetMs, timeoutMs) => {
    expect(probeTimeoutMs(header, moduleMs, offsetMs)).toEqual({ timeoutMs });
  });

  it.each(["abc", "1s", " 5"])("says that it cannot read %j", (header) => {
    expect(probeTimeoutMs(header, 0, 500)).toEqual({
      problem: `strconv.ParseFloat: parsing "${header}": invalid syntax`,
    });
  });
});
