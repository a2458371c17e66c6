import { z } from "zod";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { type MessageField, messageFields } from "../../../core/message/message-style.ts";
import { durationSchema } from "../../../core/time/duration.ts";
import type { Dress } from "../code-outcome.ts";
import { byPhone } from "../phone.ts";
import { templateVariables } from "../template-words.ts";
import { fateByTwilio, sendByTwilio, twilioEndpoint } from "../twilio-call.ts";
import { twilioOptions } from "../twilio-options.ts";

const longestField = 100;

const options = z.strictObject({
  ...twilioOptions,
  from: z
    .string()
    .regex(/^\+\d{5,15}$/, "write a number as in +15017122661")
    .describe("Number that the call comes from, bought from or verified by the provider."),
  say: z
    .array(z.enum(messageFields))
    .min(1)
    .max(10)
    .default(["severity", "subject", "what", "cause", "since"] satisfies MessageField[])
    .describe("Fields of the message that are read, in this order."),
  play_times: z.int().min(1).max(3).default(2).describe("How often the text is said."),
  ring_for: durationSchema({ minMs: 5000, maxMs: 600_000 })
    .prefault("25s")
    .describe("How long it rings; longer, and a mailbox may take the call."),
});

type TwilioVoiceOptions = z.output<typeof options>;

/** What is said, but for the number. */
type TwilioVoiceMessage = Readonly<{ dress: Dress; payload: Readonly<{ Twiml: string; Timeout: string }> }>;

const voices = { en: "en-US", zh: "zh-CN" } as const;

/** Calls a number and reads the message to it, by Twilio. @see https://www.twilio.com/docs/voice/api/call-resource */
export const twilioVoice = defineNotifier<TwilioVoiceOptions, TwilioVoiceMessage>({
  kind: "twilio_voice",
  title: "Telephone call (Twilio)",
  options,
  // An account begins one call a second.
  limit: { count: 1, perMs: 1100 },
  interrupts: true,
  personal: byPhone,
  endpoint: (access) => twilioEndpoint(access, "Calls", access.from),
  render(notification, { say, play_times: times, ring_for: ringMs }) {
    const { plainText, shorten, locale } = notification;
    const said = templateVariables(notification, say, longestField)
      .filter((text) => text !== "-")
      .map(escaped);
    const text = said.join(locale === "zh" ? "," : ", ");
    const Twiml = `<Response><Pause length="1"/><Say language="${voices[locale]}" loop="${times}">${text}</Say></Response>`;
    return {
      dress: { rich: !plainText, shortened: shorten },
      payload: { Twiml, Timeout: String(Math.round(ringMs / 1000)) },
    };
  },
  send: ({ payload, dress }, access, io, signal) =>
    sendByTwilio({ resource: "Calls", fields: { ...payload, From: access.from }, dress }, access, io, signal),
  fate: (accepted, access, io, signal) => fateByTwilio("Calls", accepted, access, { io, signal }),
});

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
