import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationSchema, formatDuration, parseDuration } from "./duration.ts";

describe("core/time/duration", () => {
  it.each([
    ["30s", 30_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1500],
    ["250ms", 250],
    ["2w", 1_209_600_000],
  ])("reads %s", (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(["", "30", "5 m", "m5", "1h-3m", "1y", "∞", "1e3s"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it("reads back what it writes", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e13 }), (ms) => parseDuration(formatDuration(ms)) === ms));
  });

  it("names the range in its error", () => {
    const outcome = durationSchema({ minMs: 1000 }).safeParse("10ms");

    expect(outcome.success).toBe(false);
    expect(outcome.error?.issues[0]?.message).toContain("between 1s and");
  });
});
