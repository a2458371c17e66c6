import { createHash } from "node:crypto";
import type { Notification } from "../../../core/alerting/notification.ts";
import { composeMessage, plainTextOf } from "../../../core/message/message.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { htmlOf } from "./html.ts";

/** A mail without its sender and recipients. */
export type EmailMessage = Readonly<{
  messageId: string;
  dateMs: EpochMs;
  subject: string;
  text: string;
  html?: string;
  headers: Readonly<Record<string, string>>;
  shortened: boolean;
  /** It goes to the addresses of the config as well as to the person. */
  isForAll?: true;
}>;

/**
 * Renders a mail: the message's first line is the subject, all of it the text, and the same in blocks the HTML. Ids are
 * made of the notification and its incident, so that every attempt is the same mail and an incident is one thread.
 */
export function renderEmail(notification: Notification, { from }: Readonly<{ from: string }>): EmailMessage {
  const message = composeMessage(notification);
  const { id, incident, locale, intent, plainText } = notification;
  const thread = incident === undefined ? undefined : idOf(`incident ${incident}`, from);
  const urgent = message.tone === "critical";
  return {
    messageId: idOf(`notification ${id}`, from),
    dateMs: notification.createdAtMs,
    subject: message.title,
    text: `${plainTextOf(message)}\n`,
    ...(plainText ? {} : { html: htmlOf(message, locale) }),
    headers: {
      ...(thread === undefined ? {} : { "In-Reply-To": thread, References: thread }),
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "Content-Language": locale === "zh" ? "zh-CN" : "en",
      ...(urgent ? { Importance: "high", "X-Priority": "1" } : {}),
      "X-Watchfire-Intent": intent,
    },
    shortened: notification.shorten,
    ...(notification.isForAll === true ? { isForAll: true } : {}),
  };
}

/** A message id that tells nothing of what it was made of. @see RFC 5322 §3.6.4 */
function idOf(name: string, from: string): string {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  return `<${createHash("sha256").update(name).digest("hex").slice(0, 32)}@${domain}>`;
}
