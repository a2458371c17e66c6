import type { Locale } from "./words.ts";

/** A number with at most four significant digits: what a person compares. */
export function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** A change in whole percent with its sign, such as `−42%`; in English with a space before the percent sign. */
export function signedPercent(ratio: number, locale: Locale): string {
  const percent = Math.round(ratio * 100);
  const sign = percent < 0 ? "−" : "+";
  return `${sign}${Math.abs(percent)}${locale === "zh" ? "%" : " %"}`;
}
