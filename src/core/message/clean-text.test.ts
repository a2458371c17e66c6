import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, columnsOf, cutColumns, cutText } from "./clean-text.ts";

const text = fc.string({ unit: "binary", maxLength: 80 });

describe("core/message/clean-text", () => {
  it("leaves no control, bidi mark or lone surrogate, whatever comes in (R21)", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
        ),
        (raw) => {
          const clean = cleanText(raw);
          return (
            clean.isWellFormed() &&
            !/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029]/u.test(clean) &&
            cleanText(clean) === clean
          );
        },
      ),
    );
  });

  it("cuts to the limit, never within a grapheme", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "中", "👨‍👩‍👧‍👦", "é", "🇨🇳")),
        fc.integer({ min: 1, max: 40 }),
        (graphemes, limit) => {
          const whole = graphemes.join("");
          const cut = cutText(whole, limit);
          if (whole.length <= limit) return cut === whole;
          const kept = [...new Intl.Segmenter().segment(cut.slice(0, -1))].map(({ segment }) => segment);
          return (
            cut.endsWith("…") && cut.length <= limit && kept.every((grapheme, index) => grapheme === graphemes[index])
          );
        },
      ),
    );
  });

  it("counts Chinese characters and emoji as two columns", () => {
    expect([columnsOf("ab"), columnsOf("商城\uFF0C"), columnsOf("🔴a"), columnsOf("한"), columnsOf("")]).toEqual([
      2, 6, 3, 2, 0,
    ]);
    expect(cutColumns("商城订单下跌", 8)).toBe("商城订…");
    expect(cutColumns("short", 8)).toBe("short");
  });
});
