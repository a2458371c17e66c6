import { z } from "zod";

/** Both ends belong to the range; where `first` lies behind `last` it runs over the end of the week or year. */
export type CalendarRange = Readonly<{ first: number; last: number }>;

const weekdays = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
const months = "january february march april may june july august september october november december".split(" ");

type RangeKind = Readonly<{
  read(text: string): number | undefined;
  accepts(range: CalendarRange): boolean;
  right: string;
}>;

/** A weekday (`monday`) or a range of them that may run over the weekend (`friday:monday`); Sunday is 0. */
export const weekdayRangeSchema = rangeSchema({
  read: (text) => indexIn(weekdays, text),
  accepts: () => true,
  right: 'write a weekday or a range, such as monday or "monday:friday"',
});

/** A month by name or number or a range of them that may run over the new year (`november:february`); January is 1. */
export const monthRangeSchema = rangeSchema({
  read: (text) => numberIn(text, 1, 12) ?? following(indexIn(months, text)),
  accepts: () => true,
  right: 'write a month or a range, such as january, 1 or "january:march"',
});

/** A day of the month or a range of them; -1 is the last day. What a month does not have is left out. */
export const dayRangeSchema = rangeSchema({
  read: (text) => numberIn(text, 1, 31) ?? numberIn(text, -31, -1),
  accepts: ({ first, last }) => first < 0 !== last < 0 || first <= last,
  right: 'write 1 to 31, -31 to -1 counted from the end of the month, or a range, such as "1:7" or "-3:-1"',
});

/** A year or a range of them. */
export const yearRangeSchema = rangeSchema({
  read: (text) => numberIn(text, 1970, 9999),
  accepts: ({ first, last }) => first <= last,
  right: 'write a year or a range, such as 2026 or "2026:2028"',
});

function rangeSchema({ read, accepts, right }: RangeKind) {
  return z.union([z.int(), z.string()]).transform((written, context): CalendarRange => {
    const [from = "", to = from, ...more] = String(written).toLowerCase().split(":");
    const first = read(from.trim());
    const last = read(to.trim());
    if (first !== undefined && last !== undefined && more.length === 0 && accepts({ first, last }))
      return { first, last };
    context.addIssue({ code: "custom", message: `"${written}" does not fit; ${right}` });
    return z.NEVER;
  });
}

function indexIn(names: readonly string[], text: string): number | undefined {
  const index = names.indexOf(text);
  return index < 0 ? undefined : index;
}

function following(index: number | undefined): number | undefined {
  return index === undefined ? undefined : index + 1;
}

function numberIn(text: string, least: number, most: number): number | undefined {
  if (!/^-?\d{1,4}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
