/** `starttls` demands the upgrade, `implicit` speaks TLS from the first byte, `none` never encrypts. */
export type SmtpSecurity = "starttls" | "implicit" | "none";

export type SmtpServer = Readonly<{
  host: string;
  port: number;
  security: SmtpSecurity;
  /** HTTP proxy that makes a tunnel to it, as `http://user:password@host:port`. */
  proxyUrl?: string;
  /** PEM file with the only roots to trust, in place of the well-known ones. */
  caPath?: string;
  credentials?: Readonly<{ username: string; password: string }>;
}>;

export type SmtpMailbox = Readonly<{ name: string; address: string }>;

export type SmtpMail = Readonly<{
  /** With its angle brackets; the same for every attempt, so that nobody gets the mail twice. */
  messageId: string;
  from: SmtpMailbox;
  to: readonly string[];
  dateMs: number;
  subject: string;
  text: string;
  html?: string;
  /** Further headers by name; values are one line of ASCII. */
  headers: Readonly<Record<string, string>>;
}>;

/** Where in the conversation the server said no. */
export type SmtpStep = "greeting" | "starttls" | "login" | "sender" | "recipients" | "message";

/** A server's refusal, without its words, which can echo anything; `enhanced` as in RFC 3463, such as `5.1.1`. */
export type SmtpReply = Readonly<{ code: number; enhanced?: string }>;

export type SmtpRefusal = SmtpReply & Readonly<{ recipient: string }>;

export type SmtpAnswer =
  /** The server took the message for `accepted`, now or in an earlier attempt with the same message id. */
  | Readonly<{ ok: true; accepted: readonly string[]; refused: readonly SmtpRefusal[] }>
  /** The server said no to the whole message, or to each of its recipients. */
  | Readonly<{ ok: false; reason: "reply"; step: SmtpStep; reply: SmtpReply; refused: readonly SmtpRefusal[] }>
  /** There was no answer to judge; `sent` says whether the server may have taken the message. */
  | Readonly<{
      ok: false;
      reason: "dns" | "refused" | "reset" | "timeout" | "tls" | "protocol" | "ca_file" | "no_starttls" | "no_login";
      detail: string;
      sent: boolean;
    }>;

export interface NotifySmtp {
  /** One conversation with a mail server, ended by the signal at the latest; never throws for an expected failure. */
  send(server: SmtpServer, mail: SmtpMail, signal: AbortSignal): Promise<SmtpAnswer>;
}
