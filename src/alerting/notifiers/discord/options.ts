import { z } from "zod";
import { proxyUrlSchema, secretUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { mentionSeverity } from "../mention.ts";

const mostMentioned = 20;

const snowflake = z.string().regex(/^\d{5,20}$/, 'write the id as text, such as "112233445566778899"');

/** Options of the Discord notifier. */
export const discordOptions = z.strictObject({
  url: secretUrlSchema.describe("Address of the channel's webhook; it is the secret."),
  thread_id: snowflake.optional().describe("Thread or forum post to write to."),
  mention: z
    .strictObject({
      user_ids: z.array(snowflake).max(mostMentioned).default([]).describe("Ids of users to mention."),
      role_ids: z.array(snowflake).max(mostMentioned).default([]).describe("Ids of roles to mention."),
      all: z.boolean().default(false).describe("Whether `@everyone` is mentioned."),
      min_severity: mentionSeverity,
    })
    .optional()
    .describe("Who is mentioned when something fires; without it nobody is."),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
});

export type DiscordOptions = z.output<typeof discordOptions>;
