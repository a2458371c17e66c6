import type { Locale } from "./words.ts";

/** A sentence of our own in both languages, or one of somebody else's as it is. */
export type Said = string | Readonly<Record<Locale, string>>;

/** The sentence in a language. */
export function saidIn(said: Said, locale: Locale): string {
  return typeof said === "string" ? said : said[locale];
}
