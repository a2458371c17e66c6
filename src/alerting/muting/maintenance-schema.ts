import { z } from "zod";
import { idSchema } from "../../core/schema/name-schema.ts";
import { cronSchema } from "../../core/time/cron-schema.ts";
import { durationSchema } from "../../core/time/duration.ts";
import { parseRrule } from "../../core/time/rrule.ts";
import { timeZoneSchema } from "../../core/time/time-zone-schema.ts";
import { wallTimeSchema } from "../../core/time/wall-time-schema.ts";
import { matcherSchema } from "../routing/matcher-schema.ts";
import { windowTimetable } from "./maintenance-window.ts";
import { nextChangeMs } from "./timetable.ts";

const rruleSchema = z.string().superRefine((text, context) => {
  const rule = parseRrule(text);
  if (!rule.ok)
    context.addIssue({ code: "custom", message: `"${text}" is no rule that is taken here: ${rule.problem}` });
});

const windowSchema = z
  .strictObject({
    title: z.string().min(1).optional().describe("Name for people; the id when absent."),
    services: z.array(idSchema).min(1).optional().describe("Services whose alerts it mutes."),
    matchers: z.array(matcherSchema).min(1).optional().describe("It mutes alerts that fit all of these."),
    cron: cronSchema.optional().describe("When it begins, as a cron expression; this or `rrule`."),
    rrule: rruleSchema
      .optional()
      .describe(
        "When it begins, as the RRULE of iCalendar with FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH and UNTIL; `starts` says the rest.",
      ),
    starts: wallTimeSchema
      .optional()
      .describe("First time that an `rrule` may name, on the clock of the zone; its time of day is that of all."),
    lasts: durationSchema({ minMs: 60_000, maxMs: 31 * 86_400_000 }).describe("How long it goes on, 1m to 31d."),
    time_zone: timeZoneSchema.optional().describe("Time zone of the expression; that of the config when absent."),
    notify: z
      .array(z.string().min(1))
      .optional()
      .describe(
        "Receivers told when it begins, ends, and ends soon; those of the routes of its alerts when absent, [] nobody.",
      ),
    never_mute: z
      .array(matcherSchema)
      .default(["tier=business", "severity=critical"])
      .describe("Alerts that fit all of these are told all the same; [] mutes every alert."),
  })
  .superRefine(({ services, matchers, lasts, ...start }, context) => {
    const { cron, rrule, starts } = start;
    if (services === undefined && matchers === undefined)
      context.addIssue({ code: "custom", message: "says not what it mutes; it needs services, matchers or both" });
    if ((cron === undefined) === (rrule === undefined))
      context.addIssue({ code: "custom", message: "says not when it begins; it needs either cron or rrule" });
    else if ((rrule === undefined) !== (starts === undefined))
      context.addIssue({ code: "custom", message: "`rrule` and `starts` belong together" });
    if (context.issues.length > 0 || !cronSchema.optional().safeParse(cron).success) return;
    if (!rruleSchema.optional().safeParse(rrule).success) return;
    const expression = cron ?? rrule ?? "";
    const table = windowTimetable(start, lasts, "UTC");
    const startMs = table.nextStartMs(0);
    if (startMs === undefined)
      context.addIssue({
        code: "custom",
        path: [cron === undefined ? "rrule" : "cron"],
        message: `"${expression}" names a time that never comes`,
      });
    else if (nextChangeMs(table, startMs) === undefined)
      context.addIssue({
        code: "custom",
        path: ["lasts"],
        message: `never ends: by "${expression}" it begins again before it is over; shorten it, or take the alerts out of the routes`,
      });
  });

/** Section `maintenance`: named windows that come back, in which work is done and alerts are expected. */
export const maintenanceSchema = z.record(idSchema, windowSchema);

/** Section `maintenance` after parsing: plain data. */
export type MaintenanceConfig = z.output<typeof maintenanceSchema>;
