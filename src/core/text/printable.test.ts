import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeBlock, escapeControls } from "./printable.ts";

describe("core/text/printable", () => {
  it.each([
    ["a\r\nb", "a\\r\\nb"],
    ["\u001b[31m", "\\x1b[31m"],
    ["ab\u202edc", "ab\\u202edc"],
    ["\ud800", "\ufffd"],
    ["库存", "库存"],
  ])("escapes %j as %s", (text, escaped) => {
    expect(escapeControls(text)).toBe(escaped);
  });

  it("keeps line ends and tabs of a block", () => {
    expect(escapeBlock("a\n\tb\u0000")).toBe("a\n\tb\\x00");
  });

  it("leaves no control character in any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(escapeControls(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
