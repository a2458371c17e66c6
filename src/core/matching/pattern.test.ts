import { describe, expect, it } from "vitest";
import { compilePattern, patternSchema } from "./pattern.ts";

describe("core/matching/pattern", () => {
  it.each([
    ["(?i)fatal error", "a Fatal ERROR b", true],
    ["^ok$", "ok\n", false],
    ["库存[0-9]+件", "库存12件", true],
    ["(?P<n>a)\\z", "ba", true],
    [".", "\r", true],
    ["\\s", "\u00a0", false],
  ])("matches %s against %j as RE2 does", (source, text, matches) => {
    expect(patternSchema.parse(source).test(text)).toBe(matches);
  });

  it.each(["(?=a)b", "(?<!a)b", "(a)\\1"])("refuses %s and says what is missing", (source) => {
    expect(compilePattern(source)).toMatchObject({ problem: expect.stringContaining("look-around") });
  });

  it.each(["(", "[", "a**", ""])("refuses %j", (source) => {
    expect(patternSchema.safeParse(source).success).toBe(false);
  });

  it("does not need exponential time", () => {
    expect(patternSchema.parse("^(a+)+$").test(`${"a".repeat(50_000)}!`)).toBe(false);
  });

  it("gives the groups of the first match by number and name", () => {
    const pattern = patternSchema.parse("(?P<key>[a-z]+)=([0-9]*)(x)?");

    expect(Object.fromEntries(pattern.groups("-- a= b=2") ?? [])).toEqual({ 0: "a=", 1: "a", 2: "", 3: "", key: "a" });
    expect(pattern.groups("nothing")).toBeUndefined();
  });
});
