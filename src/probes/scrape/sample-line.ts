import type { Labels } from "../../core/labels.ts";

const mostLabels = 64;
const longestLabelValue = 4096;
const longestNumber = 64;

const labelHead = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"/y;
const quotedRest = /[^"\\]*(?:\\.[^"\\]*)*"/y;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** What stands behind the name in a line; `stamp` as it is written, in the unit of its format. */
export type LineRest = Readonly<{ labels: Labels; value: number; stamp?: number }>;

/** Why a line is not taken. */
export type LineProblem = "syntax" | "labels";

/** Reads labels, value and time behind the name of a series, in time that grows linearly with the line. */
export function readLineRest(line: string, nameEnd: number): LineRest | LineProblem {
  let at = skipBlanks(line, nameEnd);
  let labels: Labels = {};
  if (line[at] === "{") {
    const read = readLabels(line, at + 1);
    if (typeof read === "string") return read;
    ({ labels, end: at } = read);
  } else if (at === nameEnd) return "syntax";
  const exemplar = line.indexOf(" # ", at);
  const [written = "", stampText, ...more] = line
    .slice(at, exemplar < 0 ? undefined : exemplar)
    .trim()
    .split(/[ \t]+/);
  const value = readNumber(written);
  const stamp = stampText === undefined ? undefined : readNumber(stampText);
  if (value === undefined || more.length > 0) return "syntax";
  if (stampText === undefined) return { labels, value };
  return stamp === undefined || !Number.isFinite(stamp) ? "syntax" : { labels, value, stamp };
}

function readLabels(line: string, start: number): Readonly<{ labels: Labels; end: number }> | LineProblem {
  const labels: Record<string, string> = {};
  const seen = new Set<string>();
  let at = start;
  for (;;) {
    at = skipBlanks(line, at);
    if (line[at] === "}") return { labels, end: at + 1 };
    labelHead.lastIndex = at;
    const name = labelHead.exec(line)?.[1];
    if (name === undefined) return "syntax";
    quotedRest.lastIndex = labelHead.lastIndex;
    const quoted = quotedRest.exec(line)?.[0];
    if (quoted === undefined) return "syntax";
    if (name.startsWith("__") || seen.has(name) || seen.size >= mostLabels || quoted.length > longestLabelValue) {
      return "labels";
    }
    seen.add(name);
    const value = unescapeValue(quoted.slice(0, -1));
    // An empty label is no label, as in Prometheus.
    if (value !== "") labels[name] = value;
    at = skipBlanks(line, quotedRest.lastIndex);
    if (line[at] === ",") at += 1;
    else if (line[at] !== "}") return "syntax";
  }
}

function unescapeValue(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\([\\"n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === " " || line[at] === "\t") at += 1;
  return at;
}

function readNumber(text: string): number | undefined {
  if (text.length > longestNumber) return undefined;
  if (decimal.test(text)) return Number(text);
  const word = text.toLowerCase();
  if (word === "nan") return Number.NaN;
  if (/^\+?inf(?:inity)?$/.test(word)) return Number.POSITIVE_INFINITY;
  return /^-inf(?:inity)?$/.test(word) ? Number.NEGATIVE_INFINITY : undefined;
}
