import { z } from "zod";
import { proxyUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { mentionSeverity } from "../mention.ts";
import { baseUrlSchema, tokenSchema } from "../option-schemas.ts";

const mostMentioned = 20;

const chatId = z
  .union([z.int(), z.string().regex(/^(?:-?\d{1,20}|@\w{1,64})$/, "write a chat id as -1001234567890 or @channelname")])
  .transform(String);
const userName = z.string().regex(/^\w{1,64}$/, "write a user name without its @");
const userId = z
  .union([z.int().positive(), z.string().regex(/^\d{1,20}$/, "write a user id as 123456789")])
  .transform(String);

/** Options of the Telegram notifier. */
export const telegramOptions = z.strictObject({
  token: tokenSchema(/^\d{1,20}:[\w-]{1,128}$/, "write the bot's token as 123456:ABC-DEF").describe(
    "Token of the bot, as BotFather gives it.",
  ),
  chat_id: chatId.describe("Chat to write to: a number, negative for groups, or `@name` of a public channel."),
  thread_id: z.int().positive().optional().describe("Topic of a forum group to write to."),
  mention: z
    .strictObject({
      usernames: z.array(userName).max(mostMentioned).default([]).describe("User names to mention, without `@`."),
      user_ids: z
        .array(userId)
        .max(mostMentioned)
        .default([])
        .describe("User ids to mention, for people without a name."),
      min_severity: mentionSeverity,
    })
    .optional()
    .describe("Who is mentioned when something fires; without it nobody is."),
  base_url: baseUrlSchema
    .default("https://api.telegram.org")
    .describe("Address of the Bot API; another one for a server of your own."),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
});

export type TelegramOptions = z.output<typeof telegramOptions>;
