import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { SmtpAnswer, SmtpRefusal, SmtpReply, SmtpStep } from "../../../core/ports/smtp.ts";
import { isUntrusted, rejected, retryable } from "../outcome.ts";

type NoAnswer = Exclude<Extract<SmtpAnswer, { ok: false }>, { reason: "reply" }>;

const places: Readonly<Record<SmtpStep, string>> = {
  greeting: "the greeting",
  starttls: "STARTTLS",
  login: "the login",
  sender: "MAIL FROM",
  recipients: "RCPT TO",
  message: "the message",
};

/**
 * Classifies one conversation. Where some recipients took the mail and others are put off, it is sent again, to the others alone; who
 * is refused for good is named in the detail of a delivery that reached the rest.
 * @see RFC 5321 §4.2
 */
export function classifyEmail(answer: SmtpAnswer, messageId: string, shortened: boolean): DeliveryOutcome {
  if (answer.ok) return outcomeOfTaken(answer.accepted.length, answer.refused, messageId);
  if (answer.reason !== "reply") return outcomeOfNoAnswer(answer);
  const { step, reply, refused } = answer;
  const detail = `${wordsOf(reply)} at ${places[step]}`;
  if (step === "recipients" && refused.length > 0) return outcomeOfNobody(refused, detail);
  if (step === "message" && isTooLarge(reply)) {
    return shortened ? rejected("message", "too_large", detail) : retryable("too_large", detail, { next: "shorten" });
  }
  if (isTemporary(reply)) return retryable(temporaryReason(reply), detail);
  if (isAboutLogin(step, reply)) return rejected("endpoint", "unauthorized", detail);
  if (step === "message") return rejected("message", "bad_message", detail);
  if (step === "recipients") return rejected("recipient", "unknown_recipient", detail);
  return rejected("endpoint", step === "sender" ? "unauthorized" : "endpoint_gone", detail);
}

function outcomeOfTaken(taken: number, refused: readonly SmtpRefusal[], externalId: string): DeliveryOutcome {
  if (refused.length === 0) return { kind: "delivered", externalId, final: false };
  const detail = `${taken} of ${taken + refused.length} recipients; not ${refused.map(named).join(", ")}`;
  if (refused.some(isPutOff)) return retryable("server_error", detail);
  return { kind: "delivered", externalId, final: false, detail };
}

function outcomeOfNobody(refused: readonly SmtpRefusal[], detail: string): DeliveryOutcome {
  const putOff = refused.find(isPutOff);
  if (putOff !== undefined) return retryable("server_error", `${wordsOf(putOff)} at ${places.recipients}`);
  if (refused.some((reply) => isAboutLogin("recipients", reply))) return rejected("endpoint", "unauthorized", detail);
  return rejected("recipient", "unknown_recipient", `no recipient is taken: ${refused.map(named).join(", ")}`);
}

function outcomeOfNoAnswer({ reason, detail, sent }: NoAnswer): DeliveryOutcome {
  if (reason === "tls" || reason === "ca_file") {
    const advice = isUntrusted(detail)
      ? "; a root of your own goes into `ca`, or into `channels.ca` for all channels"
      : "";
    return rejected("endpoint", "tls", `TLS failed: ${detail}${advice}`);
  }
  if (reason === "no_starttls") {
    const advice = "use `tls: implicit`, or `tls: none` where clear text is acceptable";
    return rejected("endpoint", "tls", `the server offers no STARTTLS (${detail}); ${advice}`);
  }
  if (reason === "no_login") return rejected("endpoint", "unauthorized", detail);
  return retryable(reason, detail, { maybeDelivered: sent });
}

function isTemporary({ code }: SmtpReply): boolean {
  // 503 says that the conversation went wrong, not that the mail is: another conversation may go well.
  return (code >= 400 && code < 500) || code === 503;
}

/** 552 at a recipient stands for "too many for now" in servers that know no 452. @see RFC 5321 §4.5.3.1.10 */
function isPutOff(reply: SmtpReply): boolean {
  return isTemporary(reply) || (reply.code === 552 && reply.enhanced === undefined);
}

function isTooLarge({ code, enhanced }: SmtpReply): boolean {
  return code === 552 || enhanced === "5.3.4";
}

function isAboutLogin(step: SmtpStep, { code }: SmtpReply): boolean {
  return step === "login" || code === 530 || code === 535 || code === 538;
}

/** 4.7.x is what greylisting and rate limits say. */
function temporaryReason({ enhanced }: SmtpReply): "rate_limited" | "server_error" {
  return enhanced?.startsWith("4.7.") === true ? "rate_limited" : "server_error";
}

function wordsOf({ code, enhanced }: SmtpReply): string {
  return enhanced === undefined ? `${code}` : `${code} ${enhanced}`;
}

/** As much of an address as an operator needs to know it by. */
function named(refusal: SmtpRefusal): string {
  const at = refusal.recipient.lastIndexOf("@");
  return `${refusal.recipient.slice(0, 1)}…${refusal.recipient.slice(at)} (${wordsOf(refusal)})`;
}
