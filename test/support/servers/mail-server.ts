import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { identities } from "../samples/certificates.ts";

/** What the server says no to, as `code text` by the place where it says so; recipients by their address. */
export type MailServerScript = Readonly<{
  greeting?: string;
  sender?: string;
  recipients?: Readonly<Record<string, string>>;
  /** `code text`; or `reset` breaks the connection, `hang` says nothing any more, once the message is there. */
  message?: string;
  /** `none` offers no STARTTLS. */
  tls?: "starttls" | "implicit" | "none";
  identity?: keyof typeof identities;
  login?: Readonly<{ username: string; password: string }>;
  /** Largest message that is taken; the server says so in advance, as real ones do. */
  sizeBytes?: number;
}>;

export type ReceivedMail = Readonly<{
  from: string;
  to: readonly string[];
  secure: boolean;
  user: string | undefined;
  raw: string;
}>;

/** A mail server on loopback that does what its script says. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** Conversations that were begun. */
  connections = 0;
  script: MailServerScript;
  readonly #server: SMTPServer;
  readonly #sockets = new Set<Socket>();
  readonly #silence = Promise.withResolvers<void>();

  private constructor(script: MailServerScript) {
    this.script = script;
    const { login, tls = "starttls", sizeBytes } = script;
    this.#server = new SMTPServer({
      secure: tls === "implicit",
      ...identities[script.identity ?? "good"],
      disableReverseLookup: true,
      disabledCommands: [...(tls === "none" ? ["STARTTLS"] : []), ...(login === undefined ? ["AUTH"] : [])],
      ...(sizeBytes === undefined ? {} : { size: sizeBytes }),
      onConnect: (_session, done) => done(refusal(this.script.greeting)),
      onAuth: ({ username, password }, _session, done) =>
        username === login?.username && password === login?.password
          ? done(null, { user: username })
          : done(refusal("535 5.7.8 authentication failed")),
      onMailFrom: (_address, _session, done) => done(refusal(this.script.sender)),
      onRcptTo: ({ address }, _session, done) => done(refusal(this.script.recipients?.[address])),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const { message } = this.script;
          if (message === "hang") return this.#silence.resolve();
          if (message === "reset") return this.#break();
          if (stream.sizeExceeded) return done(refusal("552 5.3.4 message too big"));
          if (message !== undefined) return done(refusal(message));
          this.#take(session, Buffer.concat(chunks).toString("utf8"));
          done();
        });
      },
    });
    this.#server.on("error", () => {});
    this.#server.server.on("connection", (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async start(script: MailServerScript = {}): Promise<MailServer> {
    const mail = new MailServer(script);
    mail.#server.listen(0, "127.0.0.1");
    await once(mail.#server.server, "listening");
    return mail;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Resolves when the server has fallen silent by its script. */
  get silent(): Promise<void> {
    return this.#silence.promise;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #break(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #take(
    {
      envelope,
      secure,
      user,
    }: Readonly<{
      envelope: Readonly<{ mailFrom: false | { address: string }; rcptTo: readonly { address: string }[] }>;
      secure: boolean;
      user?: unknown;
    }>,
    raw: string,
  ): void {
    const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
    const to = envelope.rcptTo.map(({ address }) => address);
    this.mails.push({ from, to, secure, user: typeof user === "string" ? user : undefined, raw });
  }
}

function refusal(line: string | undefined): Error | null {
  if (line === undefined) return null;
  return Object.assign(new Error(line.slice(4)), { responseCode: Number(line.slice(0, 3)) });
}

/** The headers of a raw mail by lower-case name, unfolded; the last one counts. */
export function mailHeaders(raw: string): Readonly<Record<string, string>> {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  return Object.fromEntries(
    head
      .split("\r\n")
      .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
}
