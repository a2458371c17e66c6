import { z } from "zod";
import { idSchema } from "../../core/schema/name-schema.ts";

const dayMs = 86_400_000;
const longestDays = 366;
const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** Beginning of a day written as year, month and day. */
const daySchema = z.string().transform((text, context) => {
  const day = dayOf(text);
  if (day !== undefined) return day;
  context.addIssue({ code: "custom", message: `"${text}" is no day; write it as 2027-02-05` });
  return z.NEVER;
});

/** A day or a range of them, both ends inside; becomes all its days. */
const daysSchema = z.string().transform((text, context): readonly number[] => {
  const [from = "", to = from, ...more] = text.split(":");
  const first = dayOf(from);
  const last = dayOf(to);
  if (first !== undefined && last !== undefined && more.length === 0) {
    const count = (last - first) / dayMs + 1;
    if (count >= 1 && count <= longestDays) return Array.from({ length: count }, (_, index) => first + index * dayMs);
  }
  context.addIssue({
    code: "custom",
    message: `"${text}" does not fit; write a day or a range of days, such as "2027-02-05:2027-02-13"`,
  });
  return z.NEVER;
});

const calendarSchema = z.strictObject({
  title: z.string().min(1).optional().describe("What it is, for who reads it."),
  source: z.string().min(1).optional().describe("Where the days come from, for who checks them."),
  known_until: daySchema.describe("Last day that the calendar knows; later days are taken by their weekday."),
  holidays: z.array(daysSchema).default([]).describe('Days off: "2027-01-01" or a range "2027-02-05:2027-02-13".'),
  workdays: z.array(daysSchema).default([]).describe("Days that are worked although their weekday says otherwise."),
});

/** Section `calendars`: public holidays and the days worked in their place, by name; `cn` ships with Watchfire, and what stands here adds to it. */
export const calendarsSchema = z.record(idSchema, calendarSchema);

/** Section `calendars` after parsing. */
export type CalendarsConfig = z.output<typeof calendarsSchema>;

function dayOf(text: string): number | undefined {
  const day = dayForm.test(text.trim()) ? Date.parse(`${text.trim()}T00:00:00Z`) : Number.NaN;
  // The engine moves 02-30 to 03-02; a day that is not written as it reads is none.
  return Number.isFinite(day) && new Date(day).toISOString().startsWith(text.trim()) ? day : undefined;
}
