import { valueWords } from "../../core/message/value-words.ts";
import type { Locale } from "../../core/message/words.ts";

/** How a summary may write the value of its alert, by the name that stands in braces. */
export const valueForms: Readonly<Record<string, (value: number, locale: Locale) => string>> = {
  value: (value, locale) => valueWords(value, {}, locale),
  percent: (value, locale) => valueWords(value, { unit: "percent" }, locale),
  bytes: (value, locale) => valueWords(value, { unit: "bytes" }, locale),
  duration: (value, locale) => valueWords(value, { unit: "seconds" }, locale),
};
