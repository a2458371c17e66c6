import { z } from "zod";
import { idSchema } from "../core/schema/name-schema.ts";
import { timeZoneSchema } from "../core/time/time-zone-schema.ts";

export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

/** Keys of the config that belong to no section of a unit. */
export const generalSchema = z.strictObject({
  time_zone: timeZoneSchema.default("UTC").describe("IANA time zone of schedules, messages and pages."),
  language: z.enum(languages).default("en").describe("Language of messages, pages and reports."),
  required_labels: z
    .array(z.string())
    .default([])
    .describe(
      "Labels that each check must have; `service:` counts as the label service, and env and tier are always there.",
    ),
});
export type General = z.output<typeof generalSchema>;

/** One entry of the service catalogue. */
export const serviceSchema = z.strictObject({
  title: z.string().min(1).optional().describe("Name for people; the id when absent."),
  owner: z.string().min(1).optional().describe("Team or person that owns it."),
  hosts: z.array(idSchema).default([]).describe("Machines it runs on, by their ids under `hosts`."),
  needs: z.array(idSchema).default([]).describe("Services that it cannot do without."),
  redundancy: z
    .record(
      idSchema,
      z
        .strictObject({
          of: z.array(idSchema).min(2).describe("Some of its `hosts` or `needs`."),
          needed: z.int().min(1).default(1).describe("How many of them are enough; 1 when absent."),
        })
        .refine(({ of, needed }) => needed <= of.length, "`needed` must not be more than there are in `of`"),
    )
    .default({})
    .describe("Groups that stand in for each other: they explain an outage only when fewer than `needed` are well."),
  policy: z.string().min(1).optional().describe("Escalation policy of its incidents, unless a route names another."),
  runbook: z.url().optional().describe("Address of the page that says what to do."),
  links: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe("Name → address, shown in messages and pages."),
});
