import { z } from "zod";
import { idSchema } from "../../../core/schema/name-schema.ts";
import { timeZoneSchema } from "../../../core/time/time-zone-schema.ts";
import { wallTimeSchema } from "../../../core/time/wall-time-schema.ts";
import { checkRotation, membersSchema, rotationShape } from "./rotation-schema.ts";

const layerSchema = z.strictObject({ members: membersSchema, ...rotationShape }).superRefine(checkRotation);

const overrideSchema = z
  .strictObject({
    person: idSchema.describe("Who is on call instead."),
    from: wallTimeSchema.describe('First moment, on the wall clock of the schedule: "2026-12-24 10:00".'),
    to: wallTimeSchema.describe("First moment that does not belong to it."),
  })
  .refine(({ from, to }) => from < to, { path: ["to"], message: "it ends before it begins" });

const shadowSchema = z.strictObject({
  person: idSchema.describe("Who gets a copy of what the person on call is told."),
  from: wallTimeSchema.optional().describe("First moment; no beginning when absent."),
  to: wallTimeSchema.optional().describe("First moment that does not belong to it; no end when absent."),
});

const rotationKeys = ["members", ...Object.keys(rotationShape)];

const scheduleSchema = z
  .strictObject({
    title: z.string().min(1).max(100).optional().describe("Name for people; the id when absent."),
    time_zone: timeZoneSchema.optional().describe("IANA time zone of its clock; that of the config when absent."),
    members: membersSchema.optional(),
    ...rotationShape,
    layers: z
      .record(idSchema, layerSchema)
      .optional()
      .describe("Several rotations in place of one; of those that count, the last one decides."),
    overrides: z.array(overrideSchema).default([]).describe("Exceptions; of those that hold, the last one decides."),
    shadows: z
      .array(shadowSchema)
      .default([])
      .describe("People who learn: they get copies by chat and mail, never by telephone, and are not counted on."),
    handover: z
      .array(z.string().min(1))
      .default([])
      .describe("Who is told, besides the two, when another person is on call: a receiver, `person/<id>`."),
  })
  .superRefine((schedule, context) => {
    const own = rotationKeys.filter((key) => schedule[key as keyof typeof schedule] !== undefined);
    if (schedule.layers === undefined && schedule.members === undefined)
      context.addIssue({ code: "custom", path: ["members"], message: "name the people, as `members` or in `layers`" });
    else if (schedule.layers !== undefined && own[0] !== undefined)
      context.addIssue({ code: "custom", path: [own[0]], message: "a schedule with `layers` has its rotations there" });
    else if (schedule.layers === undefined) checkRotation(schedule, context);
  });

/** Section `schedules`: who is on call when. */
export const schedulesSchema = z.record(idSchema, scheduleSchema);

/** Section `schedules` after parsing. */
export type SchedulesConfig = z.output<typeof schedulesSchema>;
