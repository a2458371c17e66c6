import { escapeControls } from "./printable.ts";

/** A page with less visible text than this has little else to say. */
export const littleTextLength = 600;
const searchedLength = 20_000;
const longestQuote = 200;

/** What an answer says of itself, to be quoted: the text of a short page, or a short text; undefined where it says much, or nothing. */
export function quoteOf(answer: string): string | undefined {
  const searched = answer.slice(0, searchedLength);
  // Error pages say in their title what they say below.
  const visible = visibleText(without(searched, "<title", "</title")) || visibleText(searched);
  if (visible === "" || visible.length >= littleTextLength) return undefined;
  return escapeControls(visible.length > longestQuote ? `${visible.slice(0, longestQuote)}…` : visible);
}

/** What a page shows to people, on one line; scripts, styles and comments are not looked at. Other text stays as it is but for its spaces. */
export function visibleText(html: string): string {
  let text = html;
  for (const element of ["script", "style"]) text = without(text, `<${element}`, `</${element}`);
  text = without(text, "<!--", "--");
  return text
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** Cuts every stretch from `start` through `end` and the next `>`; case does not count. */
function without(html: string, start: string, end: string): string {
  const lower = html.toLowerCase();
  let kept = "";
  let from = 0;
  for (let at = lower.indexOf(start); at !== -1; at = lower.indexOf(start, from)) {
    kept += html.slice(from, at);
    const close = lower.indexOf(end, at + start.length);
    const after = close === -1 ? -1 : lower.indexOf(">", close);
    if (after === -1) return kept;
    from = after + 1;
  }
  return kept + html.slice(from);
}
