import { z } from "zod";
import type { Notification } from "../../../core/alerting/notification.ts";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { cutText } from "../../../core/message/clean-text.ts";
import { composeMessage, type Message } from "../../../core/message/message.ts";
import type { Dress } from "../code-outcome.ts";
import { fitMessage } from "../fit-message.ts";
import { byPhone } from "../phone.ts";
import { templateVariable } from "../template-words.ts";
import { fateByTwilio, sendByTwilio, twilioEndpoint } from "../twilio-call.ts";
import { twilioOptions } from "../twilio-options.ts";

const longestLine = 300;
/** A title has its place whatever the link takes. */
const shortestText = 40;

const options = z.strictObject({
  ...twilioOptions,
  from: z
    .string()
    .regex(
      /^(?:\+\d{5,15}|\d{3,8}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{1,11})$/,
      "write a number as in +15017122661, or a sender's name",
    )
    .describe("Number, short code or name that the message comes from, or the SID (MG…) of a messaging service."),
  max_length: z
    .int()
    .min(70)
    .max(1600)
    .default(320)
    .describe("Most characters of one message; the provider charges by parts of 153, or of 67 where it is not Latin."),
});

type TwilioSmsOptions = z.output<typeof options>;

/** What is sent, but for the number. */
type TwilioSmsMessage = Readonly<{ dress: Dress; payload: Readonly<{ Body: string }> }>;

/** Sends one text message by Twilio. @see https://www.twilio.com/docs/messaging/api/message-resource */
export const twilioSms = defineNotifier<TwilioSmsOptions, TwilioSmsMessage>({
  kind: "twilio_sms",
  title: "SMS (Twilio)",
  options,
  // A long number sends one part a second.
  limit: { count: 1, perMs: 1000 },
  interrupts: true,
  personal: byPhone,
  endpoint: (access) => twilioEndpoint(access, "Messages", access.from),
  render(notification, { max_length: longest }) {
    const dress = { rich: false, shortened: notification.shorten };
    return { dress, payload: { Body: bodyOf(notification, longest) } };
  },
  send({ payload, dress }, access, io, signal) {
    const sender = access.from.startsWith("MG") ? { MessagingServiceSid: access.from } : { From: access.from };
    return sendByTwilio({ resource: "Messages", fields: { ...payload, ...sender }, dress }, access, io, signal);
  },
  fate: (accepted, access, io, signal) => fateByTwilio("Messages", accepted, access, { io, signal }),
});

/** Phones make links of what looks like one: only the page on which the message can be answered stays, where there is room for it. */
function bodyOf(notification: Notification, longest: number): string {
  const composed = composeMessage(notification);
  const [take] = notification.pages?.take === undefined ? [] : composed.links;
  const link = take === undefined ? "" : `\n${take.text}: ${take.url}`;
  const hasRoom = link.length + shortestText <= longest;
  const room = hasRoom ? longest - link.length : longest;
  const fitted = fitMessage({ ...composed, links: [] }, room, (each) => textOf(each).length);
  return narrow(cutText(textOf(fitted), room)) + (hasRoom ? link : "");
}

/** One sign beyond the alphabet of SMS makes every part of the message less than half as long. */
function narrow(text: string): string {
  return text.replaceAll(/[–−]/g, "-").replaceAll("…", ".");
}

function textOf({ title, lines }: Message): string {
  return [title, ...lines.map(({ text }) => text)]
    .map((text) => narrow(templateVariable(text, longestLine)))
    .join("\n");
}
