import { z } from "zod";
import { idSchema } from "../../core/schema/name-schema.ts";
import { timeZoneSchema } from "../../core/time/time-zone-schema.ts";
import { dayRangeSchema, monthRangeSchema, weekdayRangeSchema, yearRangeSchema } from "./calendar-ranges.ts";

const minuteMs = 60_000;

/** A wall time from 00:00 to 24:00, as milliseconds of the day. */
const clockSchema = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, {
    error: (issue) => `"${String(issue.input)}" is no time of day; write "00:00" to "24:00", such as "08:30"`,
  })
  .transform((text) => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * minuteMs);

const timesSchema = z
  .strictObject({
    start: clockSchema.describe("First moment that belongs to it."),
    end: clockSchema.describe("First moment that does not; earlier than `start`, it lies on the next day."),
  })
  .superRefine(({ start, end }, context) => {
    if (start === end)
      context.addIssue({
        code: "custom",
        message: 'start and end are the same; write "00:00" and "24:00" for a whole day',
      });
  });

const intervalSchema = z.strictObject({
  times: z.array(timesSchema).min(1).optional().describe("Times of the day; all day when absent."),
  weekdays: z.array(weekdayRangeSchema).min(1).optional().describe('Days of the week: monday, "friday:monday".'),
  days_of_month: z
    .array(dayRangeSchema)
    .min(1)
    .optional()
    .describe('Days of the month: 1, "1:7", "-3:-1" for the last three.'),
  months: z.array(monthRangeSchema).min(1).optional().describe('Months by name or number: january, "11:2".'),
  years: z.array(yearRangeSchema).min(1).optional().describe('Years: 2026, "2026:2028".'),
  workdays: z
    .union([idSchema, z.literal(true)])
    .optional()
    .describe(
      "Calendar by which its days are worked (true: the one that `calendar` names): public holidays drop out, days worked in their place come in, all others are as `weekdays` says, Monday to Friday when that is absent.",
    ),
  time_zone: timeZoneSchema.optional().describe("IANA time zone it is read in; that of the config when absent."),
});

/** Section `time_intervals`: named times, each a list of which one has to hold; within one all keys have to. */
export const timeIntervalsSchema = z.record(idSchema, z.array(intervalSchema).min(1));

/** Section `time_intervals` after parsing. */
export type TimeIntervalsConfig = z.output<typeof timeIntervalsSchema>;

/** One entry of an interval after parsing. */
export type TimeIntervalConfig = z.output<typeof intervalSchema>;
