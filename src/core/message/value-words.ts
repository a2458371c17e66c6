import { sizeWords } from "../size.ts";
import type { ValueForm } from "../value-form.ts";
import { shortNumber } from "./short-number.ts";
import { durationWords } from "./time-words.ts";
import type { Locale } from "./words.ts";

/** How a span is called after a stroke: `/s`, `/5 min`. */
const spans: readonly (readonly [spanMs: number, en: string, zh: string])[] = [
  [86_400_000, "d", "天"],
  [3_600_000, "h", "小时"],
  [60_000, "min", "分"],
  [1000, "s", "秒"],
];

/** Writes a value as people compare it, with its unit and the span that it is counted over: `5.3 %`, `1.9 GiB`, `11 orders/5 min`. */
export function valueWords(value: number, form: ValueForm, locale: Locale): string {
  const { unit, perMs } = form;
  // So many seconds in each second are a share.
  if (unit === "percent" || (unit === "seconds" && perMs === 1000)) return percentWords(value, locale);
  return quantityWords(value, unit, locale) + (perMs === undefined ? "" : `/${spanWord(perMs, locale)}`);
}

/** What a title says of a value: only what a unit makes speak for itself. Undefined for bare numbers. */
export function telling(value: number, form: ValueForm, locale: Locale): string | undefined {
  if (form.unit === undefined || !Number.isFinite(value)) return undefined;
  const said = valueWords(value, form, locale);
  if (form.isAhead !== true || value <= 0) return said;
  return locale === "zh" ? `约 ${said}后` : `in ${said}`;
}

function percentWords(value: number, locale: Locale): string {
  const percent = Number((value * 100).toPrecision(3));
  return `${percent}${locale === "zh" ? "%" : " %"}`;
}

function quantityWords(value: number, unit: ValueForm["unit"], locale: Locale): string {
  if (unit === undefined || !Number.isFinite(value)) return shortNumber(value);
  if (unit === "bytes") return sizeWords(value);
  if (unit === "seconds") return secondsWords(value, locale);
  return `${shortNumber(value)} ${unit}`;
}

function secondsWords(value: number, locale: Locale): string {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size >= 60) return sign + durationWords(size * 1000, locale);
  const [second, millisecond] = locale === "zh" ? ["秒", "毫秒"] : ["s", "ms"];
  if (size >= 1 || size === 0) return `${sign}${Number(size.toPrecision(3))} ${second}`;
  return `${sign}${Number((size * 1000).toPrecision(3))} ${millisecond}`;
}

function spanWord(spanMs: number, locale: Locale): string {
  const [unitMs, en, zh] = spans.find(([eachMs]) => spanMs % eachMs === 0) ?? [1, "ms", "毫秒"];
  const count = spanMs / unitMs;
  const word = locale === "zh" ? zh : en;
  return count === 1 ? word : `${count} ${word}`;
}
