import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { SmtpAnswer, SmtpMail, SmtpServer } from "../../src/core/ports/smtp.ts";
import { NodemailerSmtp } from "../../src/platform/channels/smtp.ts";
import { rootPath } from "./samples/certificates.ts";
import { MailServer, type MailServerScript } from "./servers/mail-server.ts";

/** A mail with all that a mail can have. */
export const wholeMail: SmtpMail = {
  messageId: "<m1@example.com>",
  from: { name: "值班", address: "watchfire@example.com" },
  to: ["a@example.com", "b@example.com", "c@example.com"],
  dateMs: Date.UTC(2026, 10, 23, 2),
  subject: "严重 商城结算 – 不可用",
  text: "一\n.\n..two\n",
  html: "<p>一</p>",
  headers: { "Auto-Submitted": "auto-generated", References: "<i1@example.com>" },
};

const never = new AbortController().signal;

/** How to reach a server that shows a certificate of ours. */
export function smtpServerAt({ port }: Readonly<{ port: number }>, overrides: Partial<SmtpServer> = {}): SmtpServer {
  return { host: "localhost", port, security: "starttls", caPath: rootPath, ...overrides };
}

export type SilentServer = Readonly<{ port: number; silent: Promise<unknown> }>;

/** Mail servers of one test. */
export class MailServers {
  readonly #servers: { stop(): Promise<void> }[] = [];

  async start(script: MailServerScript = {}): Promise<MailServer> {
    return this.keep(await MailServer.start(script));
  }

  /** Stops something else with the servers. */
  keep<T extends { stop(): Promise<void> }>(server: T): T {
    this.#servers.push(server);
    return server;
  }

  async sendTo(
    script: MailServerScript,
    overrides: Partial<SmtpServer> = {},
    other: Partial<SmtpMail> = {},
  ): Promise<SmtpAnswer> {
    const server = await this.start(script);
    return new NodemailerSmtp().send(smtpServerAt(server, overrides), { ...wholeMail, ...other }, never);
  }

  /** A server that greets, answers what comes with what a test wants, and then is silent. */
  async startRaw(...lines: readonly string[]): Promise<SilentServer> {
    const left = [...lines];
    const silence = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.on("error", () => {});
      const speak = (): void => {
        const line = left.shift();
        if (line === undefined) silence.resolve();
        else socket.write(line);
      };
      speak();
      socket.on("data", speak);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    this.#servers.push({ stop: async () => void server.close() });
    return { port: (server.address() as AddressInfo).port, silent: silence.promise };
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.splice(0)) await server.stop();
  }
}
