import { describe, expect, it } from "vitest";
import { LineCounter, parseDocument } from "yaml";
import { GoDecoder } from "./decode-go.ts";
import { bool, duration, type GoType } from "./go-type.ts";

/** The value, or the faults in its place. */
function decode(written: string, type: GoType): unknown {
  const lines = new LineCounter();
  const decoder = new GoDecoder(lines, () => undefined);
  const { contents } = parseDocument(written, { lineCounter: lines, schema: "yaml-1.1" });
  const value = decoder.decode(contents, type);
  return decoder.faults.length > 0 ? decoder.faults.join("\n") : value;
}

describe("exporters/blackbox/decode-go", () => {
  it.each([
    ["yes", true],
    ["Yes", true],
    ["y", true],
    ["on", true],
    ["TRUE", true],
    ['"on"', true],
    ["N", false],
    ["'off'", false],
    ["!!bool true", true],
    ["!!bool 'true'", true],
    ['"true"', undefined],
    ["'false'", undefined],
    ["!!str true", undefined],
    ["tRUE", undefined],
    ["oN", undefined],
    ["1", undefined],
    ['""', undefined],
  ])("takes %s for a boolean where its own program does", (written, value) => {
    expect(decode(written, bool)).toEqual(
      value === undefined ? expect.stringMatching(/^line 1: cannot unmarshal !!.* into bool$/) : value,
    );
  });

  it.each([
    ["0s", 0],
    ['"0"', 0],
    ['"-0"', 0],
    [".5s", 500],
    ["0", "!!int `0`"],
    ["0.0", "!!float `0.0`"],
    ["1e3", "!!float `1e3`"],
    ["0x10", "!!int `0x10`"],
    ["5", "!!int `5`"],
    ["yes", "!!str `yes`"],
    ["true", "!!bool `true`"],
    ['"5"', "!!str `5`"],
  ])("takes %s for a duration where its own program does", (written, value) => {
    expect(decode(written, duration)).toBe(
      typeof value === "string" ? `line 1: cannot unmarshal ${value} into time.Duration` : value,
    );
  });
});
