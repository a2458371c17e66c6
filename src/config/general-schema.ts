import { z } from "zod";
import { timeZoneSchema } from "../core/time-zone-schema.ts";

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
  runbook: z.url().optional().describe("Address of the page that says what to do."),
  links: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe("Name → address, shown in messages and pages."),
});
