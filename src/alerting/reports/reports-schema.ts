import { z } from "zod";
import { idSchema } from "../../core/schema/name-schema.ts";
import { timeZoneSchema } from "../../core/time/time-zone-schema.ts";
import { weekdayRangeSchema } from "../muting/calendar-ranges.ts";

/** Local time of day as HH:MM. */
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'write the time as HH:MM, as in "09:00"');

const reportSchema = z.strictObject({
  covers: z
    .enum(["day", "week"])
    .default("day")
    .describe("`day`: a morning report of each day; `week`: a weekly report of the last seven days."),
  at: timeOfDay.describe("When it is sent, local time as HH:MM."),
  weekdays: z
    .array(weekdayRangeSchema)
    .min(1)
    .optional()
    .describe("Days on which it is sent, such as `monday:friday`; every day when absent, Monday for a weekly report."),
  days: idSchema.optional().describe("Time interval that has to hold at that moment, such as one for office hours."),
  time_zone: timeZoneSchema.optional().describe("Time zone of `at`; that of the config when absent."),
  to: z
    .array(z.string().min(1))
    .min(1, "a report needs at least one receiver in `to`")
    .describe("Receivers that get it."),
});

/** Section `reports`: what is told by the clock. */
export const reportsSchema = z.record(idSchema, reportSchema);

/** Section `reports` after parsing. */
export type ReportsConfig = z.output<typeof reportsSchema>;
