import { describe, expect, it } from "vitest";
import { familyHeader, formatValue, labelPair, negotiateFormat } from "./text-format.ts";

describe("exporters/prometheus/text-format", () => {
  it.each([
    [undefined, "text"],
    ["*/*", "text"],
    ["text/html", "text"],
    [
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      "openmetrics",
    ],
    ["application/openmetrics-text; version=1.0.0; q=0.4, text/plain; q=0.9", "text"],
    ["application/openmetrics-text; version=0.0.1", "text"],
    ["application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text; q=never", "text"],
    [`${"x,".repeat(100_000)}application/openmetrics-text`, "text"],
  ])("answers %j with %s", (accept, format) => {
    expect(negotiateFormat(accept)).toBe(format);
  });

  it.each([
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "+Inf"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
    [-0, "0"],
    [1e21, "1e+21"],
    [0.1, "0.1"],
  ])("writes %d as %s", (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it("escapes backslash, quote and line feed in a label value and replaces lone surrogates", () => {
    expect(labelPair("a", 'b\\c"d\ne\ud800')).toBe('a="b\\\\c\\"d\\ne\ufffd"');
  });

  it("escapes a help text by the format's own rule", () => {
    const family = { name: "a", type: "untyped", help: 'say "x"\n\\' } as const;

    expect(familyHeader(family, "text", () => false)).toBe('# HELP a say "x"\\n\\\\\n# TYPE a untyped\n');
    expect(familyHeader(family, "openmetrics", () => false)).toBe('# TYPE a unknown\n# HELP a say \\"x\\"\\n\\\\\n');
  });
});
