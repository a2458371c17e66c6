import { escapeControls } from "../../core/text/printable.ts";

const decimal = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const moment = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s?(Z|[+-]\d\d:?\d\d)?$/i;
/** Above this, a number of a moment counts milliseconds. */
const mostEpochSeconds = 1e11;

/** The finite number that a value is: itself, 1 and 0 for true and false, and what a text of digits says. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "boolean") return value ? 1 : 0;
  const number = typeof value === "string" && decimal.test(value.trim()) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** The moment that a value names in epoch milliseconds: RFC 3339, where UTC is meant without a zone, or seconds or milliseconds since 1970. */
export function momentOf(value: unknown): number | undefined {
  const parts = typeof value === "string" ? moment.exec(value.trim()) : null;
  if (parts === null) {
    const number = typeof value === "boolean" ? undefined : numberOf(value);
    if (number === undefined) return undefined;
    return Math.abs(number) < mostEpochSeconds ? number * 1000 : number;
  }
  const [, day, time, zone = "Z"] = parts;
  const offset = zone.toUpperCase() === "Z" ? "Z" : zone.replace(/^(...):?/, "$1:");
  const atMs = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** A value as messages show it, at most 120 characters on one line. */
export function shownJson(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return escapeControls(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
