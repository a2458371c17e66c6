import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import type SmtpConnection from "nodemailer/lib/smtp-connection";
import type { NotifySmtp, SmtpAnswer, SmtpMail, SmtpServer } from "../../core/ports/smtp.ts";
import { type ChannelTrust, ChannelWays } from "./channel-ways.ts";
import { smtpAnswerOf, smtpFailureOf } from "./smtp-answer.ts";
import { dialMail } from "./smtp-dial.ts";

const connectTimeoutMs = 10_000;
const silenceTimeoutMs = 15_000;
const closeTimeoutMs = 1000;
const rememberedMails = 1000;

/** Sends mail by nodemailer, one connection per mail; remembers who has a mail already, so that a retry reaches only the rest. */
export class NodemailerSmtp implements NotifySmtp {
  readonly #taken = new Map<string, ReadonlySet<string>>();
  readonly #ways: ChannelWays;

  constructor(ways = new ChannelWays()) {
    this.#ways = ways;
  }

  async send(server: SmtpServer, mail: SmtpMail, signal: AbortSignal): Promise<SmtpAnswer> {
    const key = JSON.stringify([server.host, server.port, mail.messageId]);
    const before = this.#taken.get(key) ?? new Set<string>();
    const pending = mail.to.filter((recipient) => !before.has(recipient));
    if (pending.length === 0) return { ok: true, accepted: mail.to, refused: [] };
    const shared = server.caPath === undefined ? await this.#ways.trust() : {};
    const roots = server.caPath === undefined ? rootsOf(shared) : await readRoots(server.caPath);
    if (roots === undefined) return cannotRead;
    const envelope = { from: mail.from.address, to: pending, use8BitMime: false };
    const answer = withProblem(await submit({ server, roots, envelope, raw: await rawMail(mail) }, signal), shared);
    const nobodyElse = !answer.ok && answer.reason === "reply" && answer.refused.length > 0 && before.size > 0;
    if (!answer.ok && !nobodyElse) return answer;
    const taken = new Set([...before, ...(answer.ok ? answer.accepted : [])]);
    this.#remember(key, taken);
    return { ok: true, accepted: mail.to.filter((recipient) => taken.has(recipient)), refused: answer.refused };
  }

  #remember(key: string, taken: ReadonlySet<string>): void {
    this.#taken.delete(key);
    this.#taken.set(key, taken);
    const [oldest] = this.#taken.keys();
    if (this.#taken.size > rememberedMails && oldest !== undefined) this.#taken.delete(oldest);
  }
}

const cannotRead: SmtpAnswer = {
  ok: false,
  reason: "ca_file",
  detail: "the file of trusted roots cannot be read or holds no PEM certificate",
  sent: false,
};

type Roots = Readonly<{ ca?: string; secureContext?: SecureContext }>;

function rootsOf({ context }: ChannelTrust): Roots {
  return context === undefined ? {} : { secureContext: context };
}

/** Names the file that could have made the difference. */
function withProblem(answer: SmtpAnswer, { problem }: ChannelTrust): SmtpAnswer {
  if (problem === undefined || answer.ok || answer.reason !== "tls") return answer;
  return { ...answer, detail: `${answer.detail}; ${problem}` };
}

/** Undefined when the file cannot be read or holds no certificate. */
async function readRoots(path: string): Promise<Roots | undefined> {
  const ca = await readFile(path, "utf8").catch(() => "");
  return ca.includes("-----BEGIN CERTIFICATE") ? { ca } : undefined;
}

type Submission = Readonly<{
  server: SmtpServer;
  roots: Roots;
  envelope: { from: string; to: string[]; use8BitMime: boolean };
  raw: Buffer;
}>;

async function submit(submission: Submission, signal: AbortSignal): Promise<SmtpAnswer> {
  try {
    signal.throwIfAborted();
    const socket = await dialMail(submission.server, signal);
    return await converse(await connectionOver(socket, submission), submission, signal);
  } catch (error) {
    return smtpFailureOf(error, false, signal.aborted);
  }
}

// Imported at the first mail: the two take 20 MB, which a daemon that sends none should not pay.
async function connectionOver(socket: Socket, { server, roots }: Submission): Promise<SmtpConnection> {
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  return new Connection({
    connection: socket,
    host: server.host,
    port: server.port,
    secure: server.security === "implicit",
    requireTLS: server.security === "starttls",
    ignoreTLS: server.security === "none",
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    socketCloseTimeout: closeTimeoutMs,
    tls: roots,
  });
}

async function rawMail(mail: SmtpMail): Promise<Buffer> {
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const composer = new MailComposer({
    from: { ...mail.from },
    to: [...mail.to],
    date: new Date(mail.dateMs),
    messageId: mail.messageId,
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    headers: { ...mail.headers },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

type SendInfo = Parameters<Parameters<SmtpConnection["send"]>[2]>[1];

/** One conversation; errors of the connection arrive as an event and not at the callback that waits, so each step races with it. */
async function converse(
  connection: SmtpConnection,
  { server, envelope, raw }: Submission,
  signal: AbortSignal,
): Promise<SmtpAnswer> {
  const broken = Promise.withResolvers<never>();
  const step = <T>(begin: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> =>
    Promise.race([
      broken.promise,
      new Promise<T>((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value as T)))),
    ]);
  const onAbort = (): void => broken.reject(signal.reason);
  broken.promise.catch(() => {});
  connection.on("error", broken.reject);
  signal.addEventListener("abort", onAbort, { once: true });
  let sending = false;
  try {
    await step((done) => connection.connect(done));
    const login = server.credentials;
    if (login !== undefined && !connection.allowsAuth) {
      connection.close();
      return noLogin;
    }
    if (login !== undefined) {
      await step((done) => connection.login({ user: login.username, pass: login.password }, done));
    }
    sending = true;
    const info = await step<SendInfo>((done) => connection.send(envelope, raw, done));
    connection.quit();
    return smtpAnswerOf(info);
  } catch (error) {
    connection.close();
    return smtpFailureOf(error, sending, signal.aborted);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

const noLogin: SmtpAnswer = {
  ok: false,
  reason: "no_login",
  detail: "the server offers no login here; leave `auth` out or use another port",
  sent: false,
};
