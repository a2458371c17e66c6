import type { z } from "zod";
import type { AddressKind, Contact } from "../../core/alerting/contact.ts";
import type { Tone } from "../../core/message/message.ts";
import { severitySchema } from "../../core/schema/severity-schema.ts";
import { compareSeverity, type Severity } from "../../core/severity.ts";

/** Option `min_severity` of mentions. */
export const mentionSeverity: z.ZodDefault<typeof severitySchema> = severitySchema
  .default("critical")
  .describe("Lowest severity that mentions anybody; resolved and test messages never do.");

/** The account of the person that a message is for, where the message mentions people and the account has the channel's form. */
export function personToMention(
  contact: Contact | undefined,
  tone: Tone,
  { kind, form }: Readonly<{ kind: AddressKind; form: RegExp }>,
): readonly string[] {
  const account = contact?.addresses[kind]?.replace(/^@/, "");
  return account !== undefined && mayMention(tone, "info") && form.test(account) ? [account] : [];
}

/** Tells whether a message of this tone mentions people: only what fires, and only from that severity on. */
export function mayMention(tone: Tone, lowest: Severity): boolean {
  return tone !== "resolved" && tone !== "ended" && tone !== "test" && compareSeverity(tone, lowest) >= 0;
}
