import { cleanText, cutText } from "../../core/message/clean-text.ts";

/** Values from `low` to `high`, both included, are good; `isInverted`: they are what alerts. */
export type Range = Readonly<{ low: number; high: number; isInverted: boolean }>;

/** One value of performance data in base units; `unit` is empty where it has none. */
export type Perfdatum = Readonly<{
  label: string;
  unit: string;
  value: number;
  isCounter: boolean;
  warning?: Range;
  critical?: Range;
  minimum?: number;
  maximum?: number;
}>;

const mostData = 100;
const longestLabel = 100;
const number = String.raw`[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?`;
const valueForm = new RegExp(`^(${number})([^\\d;]{0,16})$`);
const numberForm = new RegExp(`^${number}$`);
const rangeForm = new RegExp(`^(@?)(?:(~|${number})?(:))?(${number})?$`);
const itemForm = /\s*(?:'((?:[^']|'')*)'|([^\s=']+))=(\S*)/y;

/** Plugins count in powers of two, whether they write KB or KiB. */
const units: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  s: ["seconds", 1],
  ms: ["seconds", 1e-3],
  us: ["seconds", 1e-6],
  ns: ["seconds", 1e-9],
  "%": ["ratio", 0.01],
  b: ["bytes", 1],
  ...Object.fromEntries(
    ["k", "m", "g", "t", "p"].flatMap((prefix, index) => [
      [`${prefix}b`, ["bytes", 1024 ** (index + 1)] as const],
      [`${prefix}ib`, ["bytes", 1024 ** (index + 1)] as const],
    ]),
  ),
};

/** Reads performance data; `unread` counts what does not keep to the form, and what is more than 100 values. @see https://www.monitoring-plugins.org/doc/guidelines.html */
export function readPerfdata(text: string): Readonly<{ data: readonly Perfdatum[]; unread: number }> {
  const data = new Map<string, Perfdatum>();
  let unread = 0;
  let at = 0;
  while (text.slice(at).trim() !== "") {
    itemForm.lastIndex = at;
    const item = itemForm.exec(text);
    if (item === null) {
      unread += 1;
      at = endOfWord(text, at);
      continue;
    }
    at = itemForm.lastIndex;
    const [, quoted, bare = "", said = ""] = item;
    // `U`: the plugin could not tell the value.
    if (/^U(;|$)/.test(said)) continue;
    const datum = datumOf(quoted?.replaceAll("''", "'") ?? bare, said);
    const key = datum === undefined ? "" : JSON.stringify([datum.label, datum.unit, datum.isCounter]);
    if (datum === undefined || data.has(key) || data.size === mostData) unread += 1;
    else data.set(key, datum);
  }
  return { data: [...data.values()], unread };
}

/** Reads a range: `10`, `10:`, `~:10`, `10:20`, `@10:20`; undefined when it is none. */
export function readRange(text: string, factor = 1): Range | undefined {
  const match = rangeForm.exec(text.trim());
  if (match === null) return undefined;
  const [, inverted, start, colon, end] = match;
  if (end === undefined && colon === undefined) return undefined;
  const low = start === "~" ? Number.NEGATIVE_INFINITY : numberOf(start ?? "0") * factor;
  const high = end === undefined ? Number.POSITIVE_INFINITY : numberOf(end) * factor;
  return low > high ? undefined : { low, high, isInverted: inverted === "@" };
}

function datumOf(rawLabel: string, said: string): Perfdatum | undefined {
  const [first = "", warning = "", critical = "", minimum = "", maximum = ""] = said.split(";");
  const match = valueForm.exec(first);
  const label = cutText(cleanText(rawLabel), longestLabel);
  if (match === null || label === "") return undefined;
  const [, value = "", uom = ""] = match;
  const isCounter = uom === "c";
  const [unit, factor] = isCounter ? (["", 1] as const) : (units[uom.toLowerCase()] ?? ([cleanText(uom), 1] as const));
  const ranges = { warning: readRange(warning, factor), critical: readRange(critical, factor) };
  const bounds = { minimum: boundOf(minimum, factor), maximum: boundOf(maximum, factor) };
  const numbers = [numberOf(value) * factor, ...Object.values(bounds).filter((each) => each !== undefined)];
  if (!numbers.every(Number.isFinite)) return undefined;
  return {
    label,
    unit,
    value: numberOf(value) * factor,
    isCounter,
    ...(ranges.warning === undefined ? {} : { warning: ranges.warning }),
    ...(ranges.critical === undefined ? {} : { critical: ranges.critical }),
    ...(bounds.minimum === undefined ? {} : { minimum: bounds.minimum }),
    ...(bounds.maximum === undefined ? {} : { maximum: bounds.maximum }),
  };
}

function boundOf(text: string, factor: number): number | undefined {
  return numberForm.test(text) ? numberOf(text) * factor : undefined;
}

/** Some plugins write numbers as their locale does. */
function numberOf(text: string): number {
  return Number(text.replace(",", "."));
}

function endOfWord(text: string, from: number): number {
  const word = /\s*\S+/y;
  word.lastIndex = from;
  return word.test(text) ? word.lastIndex : text.length;
}
