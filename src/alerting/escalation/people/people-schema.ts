import { z } from "zod";
import { addressKinds } from "../../../core/alerting/contact.ts";
import { idSchema } from "../../../core/schema/name-schema.ts";

const titleSchema = z.string().min(1).max(100);
const receiversSchema = z.array(z.string().min(1)).min(1).max(10);
const account = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\s<>]+$/u, "an account has no spaces, control characters or angle brackets");

/** A number as people write it; spaces, dashes and brackets are left out of what is dialled. */
const phoneSchema = z
  .string()
  .meta({ writeOnly: true })
  .transform((text) => text.replaceAll(/[\s()-]/g, ""))
  .pipe(z.string().regex(/^\+?\d{5,15}$/, 'write the number with its country code, as in "+86 138 0000 0001"'));

const personSchema = z.strictObject({
  title: titleSchema.optional().describe("Name that people know; the id when absent."),
  phone: phoneSchema.optional().describe("Telephone number with country code, for voice and text messages."),
  email: z
    .string()
    .regex(/^[^\s@<>"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$/, "this is no mail address")
    .optional()
    .describe("Mail address."),
  dingtalk: account.optional().describe("DingTalk user id or telephone number, for mentions."),
  wecom: account.optional().describe("WeCom user id, for mentions."),
  feishu: account.optional().describe("Feishu open id, for mentions."),
  slack: account.optional().describe("Slack member id, for mentions."),
  telegram: account.optional().describe("Telegram user name or id, for mentions."),
  discord: account.optional().describe("Discord user id, for mentions."),
  teams: account.optional().describe("Sign-in name or object id in Teams, for mentions."),
  reach: z
    .strictObject({
      critical: receiversSchema.optional().describe("For critical incidents; those of `warning` when absent."),
      warning: receiversSchema.optional().describe("For warnings; those of `info` when absent."),
      info: receiversSchema.optional().describe("For everything else; not told when absent."),
    })
    .default({})
    .describe("Receivers by which the person is told, in this order, by severity of the incident."),
});

/** Section `people`: who can be on call, with their addresses. */
export const peopleSchema = z.record(idSchema, personSchema);

/** Section `people` after parsing. */
export type PeopleConfig = z.output<typeof peopleSchema>;

/** One person after parsing. */
export type PersonConfig = PeopleConfig[string];

/** Keys of a person that are addresses. */
export const addressKeys = addressKinds satisfies readonly (keyof PersonConfig)[];
