import type { Parsed } from "../matching/matcher-text.ts";
import type { CronSeries } from "./cron.ts";
import { instantOfWall, type WallMs, wallTimeOf } from "./wall-time.ts";

const dayMs = 86_400_000;
const longestSearchDays = 5 * 366;
const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const frequencies = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;

/** A weekday, of a month its `ordinal`th (from the end when negative), or any. */
type ByDay = Readonly<{ weekday: number; ordinal?: number }>;

/** A recurrence by days; the time of day is that of its start. */
export type Recurrence = Readonly<{
  frequency: (typeof frequencies)[number];
  interval: number;
  byDay: readonly ByDay[];
  byMonthDay: readonly number[];
  byMonth: readonly number[];
  /** Beginning of the last day on which it may happen. */
  untilDay?: WallMs;
}>;

/**
 * Reads the parts of an RRULE that name days: FREQ (DAILY to YEARLY), INTERVAL, BYDAY (with ordinals in months), BYMONTHDAY, BYMONTH
 * and UNTIL; weeks begin on Monday.
 * @see https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10
 */
export function parseRrule(text: string): Parsed<Recurrence> {
  const parts = new Map<string, string>();
  for (const part of text.replace(/^RRULE:/, "").split(";")) {
    const [key = "", value = "", ...more] = part.split("=");
    if (value === "" || more.length > 0 || parts.has(key))
      return problem(`"${part}" is no part of a rule, or stands twice`);
    parts.set(key, value);
  }
  const unknown = [...parts.keys()].find((key) => !(key in readers));
  if (unknown !== undefined)
    return problem(
      `${unknown} is not taken; write FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH and UNTIL, and the time of day in \`starts\``,
    );
  for (const [key, reader] of Object.entries(readers)) {
    const value = parts.get(key);
    if (value !== undefined && reader(value) === undefined) return problem(`"${value}" is no ${key}`);
  }
  const frequency = frequencies.find((each) => each === parts.get("FREQ"));
  if (frequency === undefined) return problem("it has no FREQ of DAILY, WEEKLY, MONTHLY or YEARLY");
  const untilDay = untilOf(parts.get("UNTIL") ?? "");
  const rule: Recurrence = {
    frequency,
    interval: intervalOf(parts.get("INTERVAL") ?? "1") ?? 1,
    byDay: byDayOf(parts.get("BYDAY")) ?? [],
    byMonthDay: numbersOf(31)(parts.get("BYMONTHDAY")) ?? [],
    byMonth: numbersOf(12)(parts.get("BYMONTH")) ?? [],
    ...(untilDay === undefined ? {} : { untilDay }),
  };
  const hasOrdinal = rule.byDay.some(({ ordinal }) => ordinal !== undefined);
  const isMonthly = frequency === "MONTHLY" || (frequency === "YEARLY" && rule.byMonth.length > 0);
  return hasOrdinal && !isMonthly
    ? problem("a numbered BYDAY needs FREQ=MONTHLY, or FREQ=YEARLY with BYMONTH")
    : { ok: true, value: rule };
}

/** Moments that the rule names from its first one on, by local wall time; like cron in hours that daylight saving skips or repeats. */
export function rruleSeries(rule: Recurrence, starts: WallMs, timeZone: string): CronSeries {
  const firstDay = floorDay(starts);
  const timeOfDayMs = starts - firstDay;
  return (afterMs) => {
    const fromDay = Math.max(firstDay, floorDay(wallTimeOf(afterMs, timeZone)) - dayMs);
    for (let day = fromDay; day <= fromDay + longestSearchDays * dayMs; day += dayMs) {
      if (rule.untilDay !== undefined && day > rule.untilDay) return undefined;
      if (!fitsDay(rule, firstDay, day)) continue;
      const instantMs = instantOfWall(day + timeOfDayMs, timeZone);
      if (instantMs > afterMs) return instantMs;
    }
    return undefined;
  };
}

function fitsDay(rule: Recurrence, firstDay: WallMs, day: WallMs): boolean {
  const date = new Date(day);
  const first = new Date(firstDay);
  if (periodsBetween(rule, first, date) % rule.interval !== 0) return false;
  const byMonth = rule.byMonth.length === 0 && rule.frequency === "YEARLY" ? [first.getUTCMonth() + 1] : rule.byMonth;
  if (byMonth.length > 0 && !byMonth.includes(date.getUTCMonth() + 1)) return false;
  if (!fitsMonthDay(rule, first, date)) return false;
  const byDay = rule.byDay.length === 0 && rule.frequency === "WEEKLY" ? [{ weekday: first.getUTCDay() }] : rule.byDay;
  return byDay.length === 0 || byDay.some((each) => fitsByDay(each, date));
}

function fitsMonthDay({ frequency, byDay, byMonthDay }: Recurrence, first: Date, date: Date): boolean {
  const isByMonth = frequency === "MONTHLY" || frequency === "YEARLY";
  const wanted = byMonthDay.length === 0 && isByMonth && byDay.length === 0 ? [first.getUTCDate()] : byMonthDay;
  if (wanted.length === 0) return true;
  const last = lastDayOf(date);
  return wanted.some((number) => (number < 0 ? last + 1 + number : number) === date.getUTCDate());
}

function fitsByDay({ weekday, ordinal }: ByDay, date: Date): boolean {
  if (date.getUTCDay() !== weekday) return false;
  if (ordinal === undefined) return true;
  const fromStart = Math.ceil(date.getUTCDate() / 7);
  return ordinal > 0 ? ordinal === fromStart : -ordinal === Math.floor((lastDayOf(date) - date.getUTCDate()) / 7) + 1;
}

function periodsBetween({ frequency }: Recurrence, first: Date, date: Date): number {
  const years = date.getUTCFullYear() - first.getUTCFullYear();
  if (frequency === "YEARLY") return years;
  if (frequency === "MONTHLY") return years * 12 + date.getUTCMonth() - first.getUTCMonth();
  if (frequency === "WEEKLY") return Math.round((mondayOf(date) - mondayOf(first)) / (7 * dayMs));
  return Math.round((date.getTime() - first.getTime()) / dayMs);
}

function mondayOf(date: Date): WallMs {
  return date.getTime() - ((date.getUTCDay() + 6) % 7) * dayMs;
}

function lastDayOf(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function floorDay(wallMs: WallMs): WallMs {
  return Math.floor(wallMs / dayMs) * dayMs;
}

/** Every part that is taken, with what reads it; undefined for what does not fit. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  FREQ: (text) => frequencies.find((each) => each === text),
  INTERVAL: intervalOf,
  BYDAY: byDayOf,
  BYMONTHDAY: (text) => numbersOf(31)(text),
  BYMONTH: (text) => (text.includes("-") ? undefined : numbersOf(12)(text)),
  UNTIL: untilOf,
  WKST: (text) => (text === "MO" ? text : undefined),
};

function intervalOf(text: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined;
}

function byDayOf(text = ""): readonly ByDay[] | undefined {
  if (text === "") return undefined;
  const days: ByDay[] = [];
  for (const item of text.split(",")) {
    const [, ordinal, name = ""] = /^([+-]?[1-5])?([A-Z]{2})$/.exec(item) ?? [];
    const weekday = weekdays.indexOf(name);
    if (weekday < 0) return undefined;
    days.push(ordinal === undefined ? { weekday } : { weekday, ordinal: Number(ordinal) });
  }
  return days;
}

function numbersOf(most: number): (text?: string) => readonly number[] | undefined {
  return (text = "") => {
    const numbers = text.split(",").map(Number);
    const fit = /^[-\d,]+$/.test(text) && numbers.every((each) => each !== 0 && Math.abs(each) <= most);
    return fit ? numbers : undefined;
  };
}

function untilOf(text: string): WallMs | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$/.exec(text) ?? [];
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day));
}

function problem(text: string): Readonly<{ ok: false; problem: string }> {
  return { ok: false, problem: text };
}
