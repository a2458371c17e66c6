import { z } from "zod";
import type { DeliveryOutcome, PersonalWay, SendIo } from "../../core/alerting/notifier.ts";
import type { Secret } from "../../core/secrets/secret.ts";
import { tokenSchema } from "./option-schemas.ts";
import { rejected } from "./outcome.ts";

const separators = /[\s()-]/g;

/** Option `phone`: a number that is called whatever person the message is for. */
export const phoneOption: z.ZodOptional<z.ZodType<Secret, string>> = z
  .string()
  .transform((text) => text.replaceAll(separators, ""))
  .pipe(tokenSchema(/^\+?\d{5,15}$/, 'write the number with its country code, as in "+86 138 0000 0001"'))
  .optional()
  .describe("Number to use where the message is for no person; without it, only persons' own numbers are used.");

/** How calls and text messages reach a person. */
export const byPhone: PersonalWay = { address: "phone", ownOption: "phone" };

/** The number of the person that a message is for, else the receiver's own; undefined when there is neither. */
export function phoneFor({ contact }: SendIo, own: Secret | undefined): string | undefined {
  return contact === undefined ? own?.reveal() : contact.addresses.phone;
}

/** What becomes of a message for nobody who could be called. */
export function noPhone({ contact }: SendIo): DeliveryOutcome {
  const whose = contact === undefined ? "set `phone`, or use this receiver in a person's `reach`" : "give them `phone`";
  const who = contact?.title ?? "the receiver";
  return rejected("recipient", "unknown_recipient", `${who} has no telephone number; ${whose}`);
}

/** Says of a message that was taken which number it went to, its middle hidden. */
export function sentTo(phone: string, outcome: DeliveryOutcome): DeliveryOutcome {
  return outcome.kind === "delivered" ? { ...outcome, detail: `to ${maskedPhone(phone)}` } : outcome;
}

/** The number with its middle hidden, for everything that people and logs see. */
export function maskedPhone(phone: string): string {
  return `${phone.slice(0, Math.max(0, phone.length - 8))}****${phone.slice(-4)}`;
}

/** A mainland number without its country code, any other one with `+`. */
export function nationalPhone(phone: string): string {
  const national = phone.replace(/^(?:\+|00)?86(?=1\d{10}$)/, "");
  return /^1\d{10}$/.test(national) || national.startsWith("+") ? national : `+${national.replace(/^00/, "")}`;
}

/** The number as E.164 has it; a mainland number without a country code gets it. */
export function internationalPhone(phone: string): string {
  const national = nationalPhone(phone);
  return national.startsWith("+") ? national : `+86${national}`;
}
