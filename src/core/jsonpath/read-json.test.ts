import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duplicateName, readJson } from "./read-json.ts";

describe("core/jsonpath read-json", () => {
  it("F35 refuses what is nested deeper than 100 times, and reads what is not", () => {
    const nested = (times: number): string => `${"[".repeat(times)}${"]".repeat(times)}`;

    expect(readJson(nested(100)).ok).toBe(true);
    expect(readJson(nested(101))).toEqual({ ok: false, problem: "is nested deeper than 100 times" });
    expect(readJson('{"a":'.repeat(100_000)).ok).toBe(false);
    expect(readJson(JSON.stringify(nested(200))).ok).toBe(true);
    expect(readJson(`["\\"${"[".repeat(200)}"]`).ok).toBe(true);
  });

  it.each([
    ["", "is empty"],
    [" \n", "is empty"],
    ["<html>", "is no JSON"],
    ["[1", "is no JSON"],
    ['"a', "is no JSON"],
    ["NaN", "is no JSON"],
    ["{}{}", "is no JSON"],
  ])("says of %j that it %s", (text, problem) => {
    expect(readJson(text)).toEqual({ ok: false, problem });
  });

  it.each([
    ['{"a":1,"a":2}', "a"],
    ['{"a":1,"\\u0061" : 2}', "a"],
    ['[{"b":{"a":[],"x":{},"a" \n:1}}]', "a"],
    ['{"":1,"":1}', ""],
    ['{"__proto__":1,"__proto__":1}', "__proto__"],
    ['{"a":"a","b":{"a":1},"c":["a","a","b"],"d":"a\\":\\""}', undefined],
    ['["a","a"]', undefined],
    ['"a"', undefined],
  ])("finds the name that stands twice in %s", (text, name) => {
    expect(duplicateName(text)).toBe(name);
  });

  it("reads back what was written, and finds no name twice in it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value, null, 1);

        expect(readJson(text)).toEqual({ ok: true, document: JSON.parse(text) });
        expect(duplicateName(text)).toBeUndefined();
      }),
    );
  });
});
