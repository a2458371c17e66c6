const breaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const hidden = /[\p{Cc}\p{Surrogate}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/gu;
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6]/u;
const segmenter = new Intl.Segmenter();

/** Makes one harmless line of foreign text: line breaks become spaces; controls, bidi marks, invisible marks and lone surrogates go. */
export function cleanText(text: string): string {
  return text.replace(breaks, " ").replace(hidden, "").replace(/ {2,}/g, " ").trim();
}

/** Cuts on a grapheme so that at most `limit` UTF-16 units remain, the last being `…` when something was cut. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : cutWhere(text.slice(0, limit + 64), limit, (grapheme) => grapheme.length);
}

/** Cuts on a grapheme so that the text takes at most `columns` columns, where a Chinese character takes two. */
export function cutColumns(text: string, columns: number): string {
  return columnsOf(text) <= columns ? text : cutWhere(text.slice(0, columns * 16), columns, columnsOf);
}

/** Width of a text in columns: wide characters count two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

function cutWhere(text: string, limit: number, sizeOf: (grapheme: string) => number): string {
  let kept = "";
  let used = 1;
  for (const { segment } of segmenter.segment(text)) {
    used += sizeOf(segment);
    if (used > limit) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
