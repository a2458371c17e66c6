import type { QueryName } from "./queries.ts";

/** One object that WMI told, by property. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows of one query, or why there are none. */
export type Rows = Readonly<{ ok: true; rows: readonly Row[] } | { ok: false; detail: string }>;

const mostRows = 5000;
const shownCharacters = 200;

/** Reads a line of the script; what does not look as agreed counts as not told. */
export function readAnswer(line: string): (query: QueryName) => Rows {
  const { rows, failed } = partsOf(line);
  return (query) => {
    const failure = failed[query];
    if (failure !== undefined)
      return { ok: false, detail: asText(failure).replace(/\s+/g, " ").trim().slice(0, shownCharacters) };
    if (!Object.hasOwn(rows, query)) return { ok: false, detail: `PowerShell told nothing of ${query}` };
    return { ok: true, rows: listOf(rows[query]).filter(isRow).slice(0, mostRows) };
  };
}

/** The text in a column; undefined where there is none. */
export function textIn(row: Row, column: string): string | undefined {
  const value = row[column];
  const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  return text === "" ? undefined : text;
}

/** The number in a column, also where it was written as text; undefined where there is none. */
export function numberIn(row: Row, column: string): number | undefined {
  const text = textIn(row, column);
  if (text === undefined || !/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  return Number(text);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function partsOf(line: string): Readonly<{ rows: Row; failed: Row }> {
  try {
    const parsed: unknown = JSON.parse(line);
    if (isRow(parsed)) {
      const { rows, failed } = parsed;
      return { rows: isRow(rows) ? rows : {}, failed: isRow(failed) ? failed : {} };
    }
  } catch {
    // Said below: nothing was told.
  }
  return { rows: {}, failed: {} };
}

/** ConvertTo-Json writes a list of one as the one, and some lists as an object with `value` and `Count`. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isRow(value) && Array.isArray(value["value"]) && "Count" in value) return value["value"];
  return value === null || value === undefined ? [] : [value];
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
