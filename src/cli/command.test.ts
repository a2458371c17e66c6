import { describe, expect, it } from "vitest";
import { durationOption } from "./command.ts";

const range = { minMs: 60_000, maxMs: 86_400_000 };

describe("cli/command", () => {
  it.each([
    ["1x", '--for "1x" is no duration; write a number with a unit, such as 30s, 5m or 1h30m'],
    ["10s", '--for "10s" is out of range; it must be between 1m and 1d'],
    ["2d", '--for "2d" is out of range; it must be between 1m and 1d'],
  ])("names the option that is no duration: %s", (text, message) => {
    expect(() => durationOption({ for: text }, "for", range)).toThrow(message);
  });

  it("gives the text of one that is, and nothing where none is given", () => {
    expect(durationOption({ for: "90m" }, "for", range)).toBe("90m");
    expect(durationOption({}, "for", range)).toBeUndefined();
  });
});
