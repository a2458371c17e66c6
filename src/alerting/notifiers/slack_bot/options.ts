import { z } from "zod";
import { proxyUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { baseUrlSchema, tokenSchema } from "../option-schemas.ts";
import { slackMentionSchema } from "../slack-message.ts";

/** Options of the `slack_bot` notifier. */
export const slackBotOptions = z.strictObject({
  token: tokenSchema(/^xoxb-[\w-]{8,200}$/, "write the app's bot token, which begins with xoxb-").describe(
    "Bot token of the app; it needs the scope `chat:write`, and `chat:write.public` for channels that it was not invited to.",
  ),
  channel: z
    .string()
    .regex(
      /^[CGDUW][A-Z0-9]{2,20}$/,
      "write the channel's ID as its details show it, such as C0123456789, not its name",
    )
    .describe("ID of the channel, or of a member for direct messages."),
  mention: slackMentionSchema,
  base_url: baseUrlSchema
    .default("https://slack.com/api")
    .describe("Address of Slack's web API; another one for a gateway."),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
});

export type SlackBotOptions = z.output<typeof slackBotOptions>;
