import { z } from "zod";
import { type MessageStyle, messageFields, styledBlocks, unknownFields } from "../../../core/message/message-style.ts";
import { nearestName } from "../../../core/nearest-name.ts";

const severityName = z.string().trim().min(1).max(12);

/** One line of a message; fields in braces, no logic. */
const lineTemplate = z
  .string()
  .max(200)
  .regex(/^[^\n\r]*$/, "a line holds no line breaks")
  .superRefine((template, context) => {
    for (const field of unknownFields(template)) {
      const nearest = nearestName(field, messageFields);
      const right = nearest === undefined ? `there are ${messageFields.join(", ")}` : `did you mean {${nearest}}?`;
      context.addIssue({ code: "custom", message: `there is no field {${field}}; ${right}` });
    }
  });

const lineOf = (what: string) => lineTemplate.optional().describe(what);

/** The section `messages`: how messages to people are worded. */
export const messagesSchema = z.strictObject({
  severity_names: z
    .strictObject({
      critical: severityName.optional().describe("Instead of `Critical` or `严重`, such as `P1`."),
      warning: severityName.optional().describe("Instead of `Warning` or `警告`."),
      info: severityName.optional().describe("Instead of `Info` or `通知`."),
    })
    .optional()
    .describe("What severities are called in messages; 12 characters at most."),
  blocks: z
    .array(z.enum(styledBlocks))
    .min(1)
    .refine((blocks) => new Set(blocks).size === blocks.length, "each block once")
    .optional()
    .describe(
      "Blocks of a message in their order; those not named are left out. Title, environment, drill, duplicate and delay are always told.",
    ),
  lines: z
    .strictObject({
      title: lineOf("Title, cut to 40 columns; the default is severity, subject and what is wrong."),
      impact: lineOf("What people notice."),
      chain: lineOf("How it came about, or since when."),
      change: lineOf("What was changed lately."),
      notified: lineOf("Who was told and who is next."),
      group: lineOf("The other alerts of the group."),
    })
    .optional()
    .describe(`One line per block in place of the usual lines. Fields in braces: ${messageFields.join(", ")}.`),
});

export type MessagesConfig = z.output<typeof messagesSchema>;

/** The style that the section asks for; undefined when it asks for none. */
export function messageStyleOf({ severity_names: names, blocks, lines }: MessagesConfig): MessageStyle | undefined {
  if (names === undefined && blocks === undefined && lines === undefined) return undefined;
  return {
    ...(names === undefined ? {} : { severityNames: names }),
    ...(blocks === undefined ? {} : { blocks }),
    ...(lines === undefined ? {} : { lines }),
  };
}
