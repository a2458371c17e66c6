import { describe, expect, it } from "vitest";
import { valueForms } from "./value-forms.ts";

describe("alerting/rules/value-forms", () => {
  it.each([
    ["value", 61.23456, "61.23"],
    ["percent", 0.034_21, "3.421 %"],
    ["percent", -0.42, "-42 %"],
    ["bytes", 512, "512 B"],
    ["bytes", 1536, "1.5 KiB"],
    ["bytes", -3 * 2 ** 40, "-3 TiB"],
    ["bytes", 2 ** 70, "1050000 PiB"],
    ["duration", 12.34, "12.3 s"],
    ["duration", 119, "1 min"],
    ["duration", 3 * 3600 + 125, "3 h 2 min"],
    ["duration", -90_000, "-1 d 1 h"],
  ])("writes as %s %j", (form, value, text) => {
    expect(valueForms[form]?.(value)).toBe(text);
  });
});
