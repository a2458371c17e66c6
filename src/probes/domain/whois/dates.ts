/** How a registry writes dates that do not speak for themselves. */
export type DateHabit = Readonly<{
  /** Of `03/04/2030`; absent: such a date is not read, as it would be a guess. */
  dayFirst?: boolean;
  /** Zone of moments that name none. */
  offsetHours?: number;
}>;

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const month = "([a-z]{3})[a-z]*\\.?";
const forms: readonly (readonly [form: RegExp, parts: readonly ("y" | "m" | "d")[]])[] = [
  [/^(\d{4})[-./]\s*(\d{1,2})[-./]\s*(\d{1,2})\.?(?!\d)/, ["y", "m", "d"]],
  [/^(\d{4})(\d\d)(\d\d)(?!\d)/, ["y", "m", "d"]],
  [new RegExp(`^(\\d{4})-${month}-(\\d{1,2})(?!\\d)`), ["y", "m", "d"]],
  [new RegExp(`^(\\d{1,2})[- ]${month}[- ,]+(\\d{4})(?!\\d)`), ["d", "m", "y"]],
  [new RegExp(`^(?:[a-z]{3},? +)?${month} +(\\d{1,2}),? +(\\d{4})(?!\\d)`), ["m", "d", "y"]],
  [/^(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)/, ["d", "m", "y"]],
];
const numeric = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)/;
const zones: Readonly<Record<string, number>> = {
  utc: 0,
  gmt: 0,
  z: 0,
  jst: 9,
  kst: 9,
  msk: 3,
  eet: 2,
  cet: 1,
  clst: -3,
  clt: -4,
};
/** What may follow a date; anything else is prose that only begins like one. */
const rest =
  /^[t ]*(?:(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)? *(?:([+-])(\d\d):?(\d\d)?|\(?(?:(utc|gmt|z|jst|kst|msk|eet|cet|clst|clt|[a-z]{3,4})(?:[+-]0:00)?)?\)?)? *(?:#\d+|\(yyyy-mm-dd\))?\.?$/;

/** Reads a date as registries write it, in ms; undefined when it is none, or cannot be told without guessing. */
export function readDate(text: string, habit: DateHabit): number | undefined {
  const trimmed = text.trim().toLowerCase().replaceAll(/\s+/g, " ");
  const found = readDay(trimmed, habit);
  const time = found === undefined ? null : rest.exec(trimmed.slice(found.length));
  if (found === undefined || time === null) return undefined;
  const [, hour, minute, second, sign, offsetHour, offsetMinute, zone] = time;
  const written =
    sign === undefined ? undefined : (sign === "-" ? -1 : 1) * (Number(offsetHour) + Number(offsetMinute ?? 0) / 60);
  const offset = written ?? (zone === undefined ? undefined : zones[zone]) ?? habit.offsetHours ?? 0;
  const atMs =
    found.dayMs + ((Number(hour ?? 0) - offset) * 60 + Number(minute ?? 0)) * 60_000 + Number(second ?? 0) * 1000;
  return Number(hour ?? 0) > 24 || Number(minute ?? 0) > 59 ? undefined : atMs;
}

type Day = Readonly<{ dayMs: number; length: number }>;

function readDay(text: string, { dayFirst }: DateHabit): Day | undefined {
  for (const [form, order] of forms) {
    const match = form.exec(text);
    if (match === null) continue;
    const part = (name: "y" | "m" | "d"): string => match[order.indexOf(name) + 1] ?? "";
    const named = months.indexOf(part("m"));
    return dayOf(Number(part("y")), named >= 0 ? named + 1 : Number(part("m")), Number(part("d")), match[0].length);
  }
  const match = numeric.exec(text);
  if (match === null) return undefined;
  const [first, second] = [Number(match[1]), Number(match[3])];
  const isDayFirst = first > 12 || (second > 12 ? false : dayFirst);
  if (isDayFirst === undefined) return undefined;
  const [day, monthNumber] = isDayFirst ? [first, second] : [second, first];
  return dayOf(Number(match[4]), monthNumber, day, match[0].length);
}

function dayOf(year: number, monthNumber: number, day: number, length: number): Day | undefined {
  const dayMs = Date.UTC(year, monthNumber - 1, day);
  const back = new Date(dayMs);
  const isReal = back.getUTCMonth() === monthNumber - 1 && back.getUTCDate() === day;
  return isReal && year >= 1980 && year <= 2200 ? { dayMs, length } : undefined;
}
