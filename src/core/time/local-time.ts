import type { EpochMs } from "./time.ts";
import { wallTimeOf } from "./wall-time.ts";

const minuteMs = 60_000;
const instants = /(?<![\w.:-])\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?Z(?!\w)/g;

/** Writes a moment as people read it: date and time of a zone with its offset at that moment, `2026-11-27 04:52:28 +08:00`. */
export function localTime(atMs: EpochMs, timeZone: string): string {
  const wallMs = wallTimeOf(atMs, timeZone);
  const offset = Math.round((wallMs - Math.floor(atMs)) / minuteMs);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const written = new Date(wallMs).toISOString().slice(0, 19).replace("T", " ");
  return `${written} ${offset < 0 ? "-" : "+"}${twoDigits(hours)}:${twoDigits(minutes)}`;
}

/** Writes each UTC moment in ISO 8601 that a text names in another way; what only looks like one stays. */
export function withMoments(text: string, write: (atMs: EpochMs) => string): string {
  return text.replaceAll(instants, (written) => {
    const atMs = Date.parse(written);
    return Number.isNaN(atMs) ? written : write(atMs);
  });
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
