import { invariant } from "../../core/errors.ts";
import type { Calendar } from "../../core/time/calendar.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { instantOfWall, type WallMs, wallTimeOf } from "../../core/time/wall-time.ts";
import type { CalendarRange } from "./calendar-ranges.ts";
import { type Calendars, isWorkday } from "./calendars.ts";
import type { TimeIntervalConfig } from "./time-intervals-schema.ts";
import { anyOf, type Timetable } from "./timetable.ts";

const dayMs = 86_400_000;
/** Longer than from one 29 February to the next across 2100. */
const longestSearchDays = 9 * 366;
const mostDays = 32;
const mondayToFriday: CalendarRange = { first: 1, last: 5 };

/**
 * Opens a named time interval, a list of which one entry has to hold. Times are read on the wall clock of the entry's zone: a window
 * belongs to the day on which it starts, an hour that daylight saving repeats counts once, a time in a skipped hour is the next
 * valid minute.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#time_interval-0
 */
export function openTimeInterval(entries: readonly TimeIntervalConfig[], { timeZone, ...days }: DayContext): Timetable {
  return anyOf(
    entries.map(({ workdays, ...entry }) => {
      const name = workdays === true ? days.calendar : workdays;
      const calendar = days.calendars?.get(name ?? "");
      invariant(
        name === undefined || calendar !== undefined,
        `the calendar "${name}" was there when the config loaded`,
      );
      return entryTimetable({ ...entry, calendar }, entry.time_zone ?? timeZone);
    }),
  );
}

/** What decides on days besides the interval itself: a zone, and calendars by name with the one that counts when none is named. */
export type DayContext = Readonly<{ timeZone: string; calendars?: Calendars; calendar?: string | undefined }>;

type Entry = Omit<TimeIntervalConfig, "workdays"> & Readonly<{ calendar: Calendar | undefined }>;

type Span = Readonly<{ startMs: EpochMs; endMs: EpochMs }>;

function entryTimetable(entry: Entry, timeZone: string): Timetable {
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
function spansOf(entry: Entry, day: WallMs, timeZone: string): readonly Span[] {
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
function wholeDaysMs(entry: Entry, day: WallMs): number {
  let lengthMs = dayMs;
  while (lengthMs < longestSearchDays * dayMs && fitsDay(entry, day + lengthMs)) lengthMs += dayMs;
  return lengthMs;
}

function fitsDay({ weekdays, days_of_month: days, months, years, calendar }: Entry, day: WallMs): boolean {
  const date = new Date(day);
  const month = date.getUTCMonth();
  return (
    fits(years, date.getUTCFullYear()) &&
    fits(months, month + 1) &&
    fitsWeekday(weekdays, calendar, day) &&
    fitsDayOfMonth(days, date.getUTCDate(), new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate())
  );
}

function fitsWeekday(weekdays: Entry["weekdays"], calendar: Calendar | undefined, day: WallMs): boolean {
  const weekday = new Date(day).getUTCDay();
  if (calendar === undefined) return fits(weekdays, weekday);
  return isWorkday(calendar, day, fits(weekdays ?? [mondayToFriday], weekday));
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
