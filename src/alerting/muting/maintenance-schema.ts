import { z } from "zod";
import { cronSchema } from "../../core/cron-schema.ts";
import { durationSchema } from "../../core/duration.ts";
import { idSchema } from "../../core/name-schema.ts";
import { timeZoneSchema } from "../../core/time-zone-schema.ts";
import { matcherSchema } from "../routing/matcher-schema.ts";
import { windowTimetable } from "./maintenance-window.ts";
import { nextChangeMs } from "./timetable.ts";

const windowSchema = z
  .strictObject({
    title: z.string().min(1).optional().describe("Name for people; the id when absent."),
    services: z.array(idSchema).min(1).optional().describe("Services whose alerts it mutes."),
    matchers: z.array(matcherSchema).min(1).optional().describe("It mutes alerts that fit all of these."),
    cron: cronSchema.describe("When it begins."),
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
  .superRefine(({ services, matchers, cron, lasts }, context) => {
    if (services === undefined && matchers === undefined)
      context.addIssue({ code: "custom", message: "says not what it mutes; it needs services, matchers or both" });
    if (!cronSchema.safeParse(cron).success) return;
    const table = windowTimetable(cron, lasts, "UTC");
    const startMs = table.nextStartMs(0);
    if (startMs === undefined)
      context.addIssue({ code: "custom", path: ["cron"], message: `"${cron}" names a time that never comes` });
    else if (nextChangeMs(table, startMs) === undefined)
      context.addIssue({
        code: "custom",
        path: ["lasts"],
        message: `never ends: by "${cron}" it begins again before it is over; shorten it, or take the alerts out of the routes`,
      });
  });

/** Section `maintenance`: named windows that come back, in which work is done and alerts are expected. */
export const maintenanceSchema = z.record(idSchema, windowSchema);

/** Section `maintenance` after parsing: plain data. */
export type MaintenanceConfig = z.output<typeof maintenanceSchema>;
