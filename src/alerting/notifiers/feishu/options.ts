import { z } from "zod";
import { proxyUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { mentionSeverity } from "../mention.ts";
import { baseUrlSchema, tokenSchema } from "../option-schemas.ts";
import { oneOrPool, robotsSchema } from "../robot-pool.ts";

const mostMentioned = 20;

const openId = z.string().regex(/^ou_\w{1,64}$/, "write an open id, which begins with ou_");

const token = tokenSchema(
  /^[\w-]{1,128}$/,
  "write only the token, which is the last part of the bot's address, after `/hook/`",
).describe("Token of the group's custom bot: the last part of its address, after `/hook/`.");
const secret = tokenSchema(/^\S{1,256}$/, "this is no signing secret")
  .optional()
  .describe("Signing secret of the bot; without it nothing is signed.");

/** Options of the Feishu notifier. */
export const feishuOptions = z
  .strictObject({
    token: token.optional(),
    secret,
    robots: robotsSchema(z.strictObject({ token, secret })),
    region: z
      .enum(["feishu", "lark"])
      .default("feishu")
      .describe("`feishu` for open.feishu.cn, `lark` for open.larksuite.com."),
    keyword: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .describe("Keyword that the bot's security settings ask for; added to messages that do not hold it."),
    mention: z
      .strictObject({
        user_ids: z.array(openId).max(mostMentioned).default([]).describe("Open ids of members to mention."),
        all: z.boolean().default(false).describe("Whether everybody in the group is mentioned."),
        min_severity: mentionSeverity,
      })
      .optional()
      .describe("Who is mentioned when something fires; without it nobody is."),
    base_url: baseUrlSchema.optional().describe("Address in place of the region's, for a gateway."),
    proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
  })
  .superRefine(oneOrPool("token", ["secret"]));

export type FeishuOptions = z.output<typeof feishuOptions>;
