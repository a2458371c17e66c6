import type { z } from "zod";
import type { Tone } from "../../core/message/message.ts";
import { compareSeverity, type Severity, severitySchema } from "../../core/severity.ts";

/** Option `min_severity` of mentions. */
export const mentionSeverity: z.ZodDefault<typeof severitySchema> = severitySchema
  .default("critical")
  .describe("Lowest severity that mentions anybody; resolved and test messages never do.");

/** Tells whether a message of this tone mentions people: only what fires, and only from that severity on. */
export function mayMention(tone: Tone, lowest: Severity): boolean {
  return tone !== "resolved" && tone !== "test" && compareSeverity(tone, lowest) >= 0;
}
