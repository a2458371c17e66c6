import { z } from "zod";
import { proxyUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { mentionSeverity } from "../mention.ts";
import { baseUrlSchema, tokenSchema } from "../option-schemas.ts";
import { oneOrPool, robotsSchema } from "../robot-pool.ts";

const mostMentioned = 20;

const mobile = z.string().regex(/^(?:\+\d{1,4}-)?\d{4,15}$/, "write a mobile number as 13800000000 or +1-2025550123");
const userId = z.string().regex(/^[\w.@$:+-]{1,64}$/, "this is no user id of DingTalk");

const token = tokenSchema(
  /^[\w-]{1,128}$/,
  "write only the token, which is what follows `access_token=` in the robot's address",
).describe("Token of the group's custom robot: what follows `access_token=` in its address.");
const secret = tokenSchema(/^\S{1,256}$/, "this is no signing secret")
  .optional()
  .describe("Signing secret of the robot, beginning with `SEC`; without it nothing is signed.");

/** Options of the DingTalk notifier. */
export const dingtalkOptions = z
  .strictObject({
    token: token.optional(),
    secret,
    robots: robotsSchema(z.strictObject({ token, secret })),
    keyword: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .describe("Keyword that the robot's security settings ask for; added to messages that do not hold it."),
    mention: z
      .strictObject({
        mobiles: z.array(mobile).max(mostMentioned).default([]).describe("Mobile numbers of members to mention."),
        user_ids: z.array(userId).max(mostMentioned).default([]).describe("User ids of members to mention."),
        all: z.boolean().default(false).describe("Whether everybody in the group is mentioned."),
        min_severity: mentionSeverity,
      })
      .optional()
      .describe("Who is mentioned when something fires; without it nobody is."),
    base_url: baseUrlSchema
      .default("https://oapi.dingtalk.com")
      .describe("Address of DingTalk; another one for `https://api.dingtalk.io` or a gateway."),
    proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
  })
  .superRefine(oneOrPool("token", ["secret"]));

export type DingtalkOptions = z.output<typeof dingtalkOptions>;
