import { describe, expect, it } from "vitest";
import { valueForms } from "./value-forms.ts";

describe("alerting/rules/value-forms", () => {
  it.each([
    ["value", 61.234_56, "61.23", "61.23"],
    ["percent", 0.034_21, "3.42 %", "3.42%"],
    ["percent", -0.42, "-42 %", "-42%"],
    ["bytes", 512, "512 B", "512 B"],
    ["bytes", -3 * 2 ** 40, "-3 TiB", "-3 TiB"],
    ["bytes", 2 ** 70, "1050000 PiB", "1050000 PiB"],
    ["duration", 12.34, "12.3 s", "12.3 秒"],
    ["duration", 119, "1 min 59 s", "1 分 59 秒"],
    ["duration", 3 * 3600 + 125, "3 h 2 min", "3 小时 2 分"],
    ["duration", -90_000, "−1 d 1 h", "−1 天 1 小时"],
  ])("writes as %s %j", (form, value, en, zh) => {
    expect([valueForms[form]?.(value, "en"), valueForms[form]?.(value, "zh")]).toEqual([en, zh]);
  });
});
