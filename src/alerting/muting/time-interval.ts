import type { EpochMs } from "../../core/time.ts";
import { instantOfWall, type WallMs, wallTimeOf } from "../../core/wall-time.ts";
import type { CalendarRange } from "./calendar-ranges.ts";
import type { TimeIntervalConfig } from "./time-intervals-schema.ts";
import { anyOf, type Timetable } from "./timetable.ts";

const dayMs = 86_400_000;
/** Longer than from one 29 February to the next across 2100. */
const longestSearchDays = 9 * 366;
const mostDays = 32;

/**
 * Opens a named time interval, a list of which one entry has to hold. Times are read on the wall clock of the entry's zone: a window
 * belongs to the day on which it starts, an hour that daylight saving repeats counts once, a time in a skipped hour is the next
 * valid minute.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#time_interval-0
 */
export function openTimeInterval(entries: readonly TimeIntervalConfig[], timeZone: string): Timetable {
  return anyOf(entries.map((entry) => entryTimetable(entry, entry.time_zone ?? timeZone)));
}

type Span = Readonly<{ startMs: EpochMs; endMs: EpochMs }>;

function entryTimetable(entry: TimeIntervalConfig, timeZone: string): Timetable {
  const spansOn = remembered((day) => spansOf(entry, day, timeZone));
  return {
    endMs(nowMs) {
      const today = dayOf(nowMs, timeZone);
      const ends = [today - dayMs, today]
        .flatMap(spansOn)
        .filter(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)
        .map(({ endMs }) => endMs);
      return ends.length === 0 ? undefined : Math.max(...ends);
    },
    nextStartMs(nowMs) {
      const today = dayOf(nowMs, timeZone);
      for (let offset = 0; offset <= longestSearchDays; offset += 1) {
        const starts = spansOn(today + offset * dayMs)
          .map(({ startMs }) => startMs)
          .filter((startMs) => startMs > nowMs);
        if (starts.length > 0) return Math.min(...starts);
      }
      return undefined;
    },
  };
}

/** Calendar arithmetic in a zone is dear, and the same few days are asked for again and again. */
function remembered(ask: (day: WallMs) => readonly Span[]): (day: WallMs) => readonly Span[] {
  const known = new Map<WallMs, readonly Span[]>();
  return (day) => {
    const found = known.get(day) ?? ask(day);
    if (known.size >= mostDays) known.clear();
    known.set(day, found);
    return found;
  };
}

function dayOf(nowMs: EpochMs, timeZone: string): WallMs {
  return Math.floor(wallTimeOf(nowMs, timeZone) / dayMs) * dayMs;
}

/** The windows that start on a day; those that a change of the clock leaves empty are left out. */
function spansOf(entry: TimeIntervalConfig, day: WallMs, timeZone: string): readonly Span[] {
  if (!fitsDay(entry, day)) return [];
  const times = entry.times ?? [{ start: 0, end: wholeDaysMs(entry, day) }];
  return times
    .map(({ start, end }) => ({
      startMs: instantOfWall(day + start, timeZone),
      endMs: instantOfWall(day + end + (end < start ? dayMs : 0), timeZone),
    }))
    .filter(({ startMs, endMs }) => startMs < endMs);
}

/** Length of a row of days, so that a year without times is one span and not 365. */
function wholeDaysMs(entry: TimeIntervalConfig, day: WallMs): number {
  let lengthMs = dayMs;
  while (lengthMs < longestSearchDays * dayMs && fitsDay(entry, day + lengthMs)) lengthMs += dayMs;
  return lengthMs;
}

function fitsDay({ weekdays, days_of_month: days, months, years }: TimeIntervalConfig, day: WallMs): boolean {
  const date = new Date(day);
  const month = date.getUTCMonth();
  return (
    fits(years, date.getUTCFullYear()) &&
    fits(months, month + 1) &&
    fits(weekdays, date.getUTCDay()) &&
    fitsDayOfMonth(days, date.getUTCDate(), new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate())
  );
}

function fits(ranges: readonly CalendarRange[] | undefined, value: number): boolean {
  if (ranges === undefined) return true;
  return ranges.some(({ first, last }) =>
    first <= last ? first <= value && value <= last : first <= value || value <= last,
  );
}

function fitsDayOfMonth(ranges: readonly CalendarRange[] | undefined, day: number, lastDay: number): boolean {
  if (ranges === undefined) return true;
  const counted = (end: number): number => (end < 0 ? lastDay + 1 + end : end);
  return ranges.some(({ first, last }) => counted(first) <= day && day <= counted(last));
}
