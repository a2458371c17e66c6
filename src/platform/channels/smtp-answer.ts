import type { SmtpAnswer, SmtpRefusal, SmtpReply, SmtpStep } from "../../core/ports/smtp.ts";

type Failure = Exclude<Extract<SmtpAnswer, { ok: false }>["reason"], "reply">;

/** What nodemailer's errors carry, as far as it is read here. */
type MailError = Readonly<{
  code?: unknown;
  originalCode?: unknown;
  command?: unknown;
  response?: unknown;
  responseCode?: unknown;
  timeoutType?: unknown;
  recipient?: unknown;
  rejectedErrors?: unknown;
}>;

/** A proxy gave no tunnel to the mail server; the message says why. */
export class SmtpDialError extends Error {}

/** The answer to a message that the server took for at least one recipient. */
export function smtpAnswerOf(info: Readonly<{ accepted: readonly string[]; rejectedErrors?: unknown }>): SmtpAnswer {
  return { ok: true, accepted: info.accepted, refused: refusalsOf(info.rejectedErrors) };
}

/** Tells what ended the conversation; `sending` says whether the message was on its way. Only codes are kept of what the server said. */
export function smtpFailureOf(thrown: unknown, sending: boolean, aborted: boolean): SmtpAnswer {
  if (aborted) return failed("timeout", "no answer before the deadline", sending);
  if (thrown instanceof SmtpDialError) return failed("refused", thrown.message, false);
  const error: MailError = typeof thrown === "object" && thrown !== null ? thrown : {};
  const reply = replyOf(error);
  if (reply !== undefined) return refusalAs(error, reply);
  if (error.code === "ETIMEDOUT") return failed("timeout", silences[String(error.timeoutType)] ?? "no answer", sending);
  if (error.code === "EAUTH") return failed("no_login", "the server offers no way to log in that is known here", false);
  if (error.code === "EPROTOCOL") return failed("protocol", "the answer was no SMTP", sending);
  const code = codeOf(error);
  if (tlsCode.test(code)) return failed("tls", tlsHints[code] ?? code, sending);
  const reason = failureOfCode[code] ?? "reset";
  return failed(reason, reason === "reset" ? "the connection broke" : code, sending);
}

function failed(reason: Failure, detail: string, sent: boolean): SmtpAnswer {
  return { ok: false, reason, detail, sent };
}

function refusalAs(error: MailError, reply: SmtpReply): SmtpAnswer {
  const command = String(error.command).split(" ", 1)[0] ?? "";
  // A server that does not know EHLO cannot know STARTTLS; without TLS another word is tried and no error comes.
  const needsTls = command === "STARTTLS" || command === "EHLO";
  if (needsTls && reply.code >= 500) return failed("no_starttls", `the server answers ${reply.code}`, false);
  return {
    ok: false,
    reason: "reply",
    step: steps[command] ?? "greeting",
    reply,
    refused: refusalsOf(error.rejectedErrors),
  };
}

const steps: Readonly<Record<string, SmtpStep>> = {
  STARTTLS: "starttls",
  AUTH: "login",
  MAIL: "sender",
  RCPT: "recipients",
  DATA: "message",
};

const silences: Readonly<Record<string, string>> = {
  CONNECT_TIMEOUT: "the server cannot be reached",
  GREETING_TIMEOUT: "no greeting came; a port for implicit TLS waits for ours",
  UPGRADE_TIMEOUT: "the TLS handshake did not end",
};

const failureOfCode: Readonly<Record<string, Failure>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EAI_NODATA: "dns",
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  EADDRNOTAVAIL: "refused",
  ETIMEDOUT: "timeout",
};

const tlsCode =
  /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;
const tlsHints: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: "the server does not begin with TLS on this port",
};
const codeForm = /^[A-Z][A-Z0-9_]{2,60}$/;
const enhancedForm = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/;

function codeOf(error: MailError): string {
  const code = error.originalCode ?? error.code;
  return typeof code === "string" && codeForm.test(code) ? code : "unknown";
}

/** Only refusals: the code of a last good answer stands in some errors too. */
function replyOf(error: MailError): SmtpReply | undefined {
  const { responseCode: code, response } = error;
  if (typeof code !== "number" || code < 400 || code > 599) return undefined;
  const enhanced = typeof response === "string" ? enhancedForm.exec(response)?.[1] : undefined;
  return enhanced === undefined ? { code } : { code, enhanced };
}

function refusalsOf(errors: unknown): readonly SmtpRefusal[] {
  if (!Array.isArray(errors)) return [];
  return (errors as readonly MailError[]).flatMap((error) => {
    const reply = replyOf(error);
    return reply === undefined ? [] : [{ recipient: String(error.recipient), ...reply }];
  });
}
