import { z } from "zod";
import { proxyUrlSchema, secretUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { mentionSeverity } from "../mention.ts";

const mostMentioned = 20;
const retiredHost = /(?:^|\.)webhook\.office\.com$|^outlook\.office(?:365)?\.com$/i;

const workflowUrl = secretUrlSchema.superRefine((url, context) => {
  if (!retiredHost.test(new URL(url.reveal()).hostname)) return;
  const wrong = "this is an Office 365 connector, and Microsoft has switched those off";
  const right = 'in Teams add the workflow "Send webhook alerts to a channel" and give its address';
  context.addIssue({ code: "custom", message: `${wrong}; ${right}` });
});

const user = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.@+-]{1,128}$/, "write the user's sign-in name or object id")
    .describe("Sign-in name, as `a@example.com`, or object id of the user."),
  name: z
    .string()
    .regex(/^[^<>&*_~`[\]()\\\p{Cc}]{1,64}$/u, "a name is 1 to 64 characters without markup")
    .describe("Name that is shown."),
});

/** Options of the Teams notifier. */
export const teamsOptions = z.strictObject({
  url: workflowUrl.describe("Address of the workflow that posts to the channel or chat; it is the secret."),
  mention: z
    .strictObject({
      users: z.array(user).max(mostMentioned).default([]).describe("Users to mention."),
      min_severity: mentionSeverity,
    })
    .optional()
    .describe("Who is mentioned when something fires; without it nobody is."),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
});

export type TeamsOptions = z.output<typeof teamsOptions>;
