import { z } from "zod";
import { proxyUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { mentionSeverity } from "../mention.ts";
import { baseUrlSchema, tokenSchema } from "../option-schemas.ts";
import { oneOrPool, robotsSchema } from "../robot-pool.ts";

const mostMentioned = 20;

const mobile = z.string().regex(/^\+?\d{4,20}$/, "write a mobile number as 13800000000");
const userId = z
  .string()
  .regex(/^(?!all$)[\w.@-]{1,64}$/, "this is no user id of WeCom; for everybody write `all: true`");

const key = tokenSchema(
  /^[\w-]{1,128}$/,
  "write only the key, which is what follows `key=` in the robot's address",
).describe("Key of the group's robot: what follows `key=` in its address.");

/** Options of the WeCom notifier. */
export const wecomOptions = z
  .strictObject({
    key: key.optional(),
    robots: robotsSchema(z.strictObject({ key })),
    mention: z
      .strictObject({
        user_ids: z.array(userId).max(mostMentioned).default([]).describe("User ids of members to mention."),
        mobiles: z.array(mobile).max(mostMentioned).default([]).describe("Mobile numbers of members to mention."),
        all: z.boolean().default(false).describe("Whether everybody in the group is mentioned."),
        min_severity: mentionSeverity,
      })
      .optional()
      .describe("Who is mentioned when something fires; without it nobody is."),
    base_url: baseUrlSchema
      .default("https://qyapi.weixin.qq.com")
      .describe("Address of WeCom; another one for a private installation or a gateway."),
    proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
  })
  .superRefine(oneOrPool("key"));

export type WecomOptions = z.output<typeof wecomOptions>;
