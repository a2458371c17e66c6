import { createHash } from "node:crypto";
import type { Contact } from "../../../core/alerting/contact.ts";
import { type DeliveryOutcome, defineNotifier } from "../../../core/alerting/notifier.ts";
import type { SmtpServer } from "../../../core/ports/smtp.ts";
import { rejected } from "../outcome.ts";
import { classifyEmail } from "./classify.ts";
import { type EmailOptions, emailOptions, portOf } from "./options.ts";
import { type EmailMessage, renderEmail } from "./render.ts";

/** Sends mail through a mail server. @see RFC 5321, RFC 6409 */
export const email = defineNotifier<EmailOptions, EmailMessage>({
  kind: "email",
  personal: { address: "email", ownOption: "to" },
  title: "Mail",
  options: emailOptions,
  limit: { count: 30, perMs: 60_000 },
  endpoint: endpointOf,
  render: renderEmail,
  async send(message, options, { smtp, log, contact }, signal) {
    const { messageId, dateMs, subject, text, html, headers, shortened } = message;
    const from = { name: options.from_name, address: options.from };
    const body = html === undefined ? { text } : { text, html };
    const person = contact?.addresses.email;
    const all = person === undefined || message.isForAll ? (options.to ?? []) : [];
    const to = [...new Set([...all, ...(person === undefined ? [] : [person])])];
    if (to.length === 0) return noAddress(contact);
    const mail = { messageId, from, to, dateMs, subject, ...body, headers };
    const outcome = classifyEmail(await smtp.send(serverOf(options), mail, signal), messageId, shortened);
    if (outcome.kind === "delivered" && outcome.detail !== undefined) {
      log("warn", "mail_recipients_refused", { endpoint: endpointOf(options), detail: outcome.detail });
    }
    return outcome;
  },
});

function noAddress(contact: Contact | undefined): DeliveryOutcome {
  const who = contact?.title ?? "the receiver";
  const what = contact === undefined ? "set `to`, or use this receiver in a person's `reach`" : "give them `email`";
  return rejected("recipient", "unknown_recipient", `${who} has no mail address; ${what}`);
}

function serverOf(options: EmailOptions): SmtpServer {
  const { host, tls, ca, auth, proxy } = options;
  return {
    host,
    port: portOf(options),
    security: tls,
    ...(proxy === undefined ? {} : { proxyUrl: proxy.reveal() }),
    ...(ca === undefined ? {} : { caPath: ca }),
    ...(auth === undefined ? {} : { credentials: { username: auth.username, password: auth.password.reveal() } }),
  };
}

/** The server, and a hash of who writes to whom: two entries of one receiver are two endpoints. */
function endpointOf(options: EmailOptions): string {
  const { host, from, to = [], auth } = options;
  const digest = createHash("sha256")
    .update(JSON.stringify([auth?.username ?? "", from, to]))
    .digest("hex");
  return `${host}:${portOf(options)}#${digest.slice(0, 12)}`;
}
