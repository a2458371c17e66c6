import type { Finding } from "../../core/checks/finding.ts";
import { askPostgresForTls, readMysqlGreeting, refusesMysqlTls } from "../../core/net/database-tls.ts";
import { type Read, WireReader } from "../../core/net/wire-reader.ts";
import type { Wire } from "../../core/ports/wires.ts";
import { escapeControls } from "../../core/text/printable.ts";

export const starttlsProtocols = ["smtp", "imap", "pop3", "ftp", "postgres", "mysql"] as const;
export type StarttlsProtocol = (typeof starttlsProtocols)[number];

/** Ports of the protocols, and of TLS without any. */
export const defaultPorts = {
  none: 443,
  smtp: 25,
  imap: 143,
  pop3: 110,
  ftp: 21,
  postgres: 5432,
  mysql: 3306,
} as const;

const limits = { limitBytes: 64 * 1024, lineLimitBytes: 8 * 1024 };
const mostLines = 100;

type Talk = Readonly<{ wire: Wire; reader: WireReader }>;

/** Talks a server into TLS; the finding says why it would not. */
export async function askForTls(protocol: StarttlsProtocol, wire: Wire): Promise<Finding | undefined> {
  const reader = new WireReader(wire, limits);
  const refused = await protocols[protocol]({ wire, reader });
  if (refused !== undefined || !reader.hasMore) return refused;
  return down("the other end sent more before TLS began; what follows its consent must be encrypted");
}

const protocols: Readonly<Record<StarttlsProtocol, (talk: Talk) => Promise<Finding | undefined>>> = {
  /** @see RFC 3207 */
  smtp: async (talk) =>
    (await reply(talk, /^220/)) ??
    (await say(talk, "EHLO watchfire.invalid")) ??
    (await reply(talk, /^250/)) ??
    (await say(talk, "STARTTLS")) ??
    (await reply(talk, /^220/)),
  /** @see RFC 9051 §6.2.1 */
  imap: async (talk) =>
    (await line(talk, /^\* (?:OK|PREAUTH)\b/i)) ??
    (await say(talk, "w1 STARTTLS")) ??
    (await line(talk, /^w1 OK\b/i, /^\*/)),
  /** @see RFC 2595 §4 */
  pop3: async (talk) => (await line(talk, /^\+OK/)) ?? (await say(talk, "STLS")) ?? (await line(talk, /^\+OK/)),
  /** @see RFC 4217 §4 */
  ftp: async (talk) => (await reply(talk, /^220/)) ?? (await say(talk, "AUTH TLS")) ?? (await reply(talk, /^234/)),
  postgres: ({ wire, reader }) => askPostgresForTls(wire, reader),
  mysql: askMysql,
};

async function say({ wire }: Talk, text: string): Promise<Finding | undefined> {
  return wire.send(new TextEncoder().encode(`${text}\r\n`));
}

/** Reads one line that fits, after any of those that are passed over. */
async function line({ reader }: Talk, wanted: RegExp, passedOver?: RegExp): Promise<Finding | undefined> {
  for (let count = 0; count < mostLines; count += 1) {
    const read = await reader.line();
    if (!("got" in read)) return broken(read);
    if (wanted.test(read.got)) return undefined;
    if (passedOver?.test(read.got) !== true) return refusal(read.got);
  }
  return down("the other end talks without end before TLS");
}

/** Reads a reply of three digits in one or several lines, as SMTP and FTP have them. @see RFC 5321 §4.2.1 */
async function reply({ reader }: Talk, wanted: RegExp): Promise<Finding | undefined> {
  for (let count = 0; count < mostLines; count += 1) {
    const read = await reader.line();
    if (!("got" in read)) return broken(read);
    if (/^\d{3}(?: |$)/.test(read.got)) return wanted.test(read.got) ? undefined : refusal(read.got);
    // FTP's continuation lines need not begin with the code.
    if (count === 0 && !/^\d{3}-/.test(read.got)) return refusal(read.got);
  }
  return down("the other end talks without end before TLS");
}

/** @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html */
async function askMysql({ wire, reader }: Talk): Promise<Finding | undefined> {
  const greeting = await readMysqlGreeting(reader);
  if ("finding" in greeting) return greeting.finding;
  const refused = refusesMysqlTls(greeting.packet);
  if (refused !== undefined) return refused;
  // Protocol 4.1, TLS, secure connection; packets of 16 MiB; utf8mb4.
  const request = Uint8Array.of(
    32,
    0,
    0,
    1,
    0x00,
    0x8a,
    0x00,
    0x00,
    0,
    0,
    0,
    1,
    45,
    ...Array.from<number>({ length: 23 }).fill(0),
  );
  return wire.send(request);
}

function broken(read: Exclude<Read<unknown>, { got: unknown }>): Finding {
  return "finding" in read ? read.finding : down("the other end closed before TLS began");
}

function refusal(said: string): Finding {
  return down(`the other end does not begin TLS; it says "${escapeControls(said).slice(0, 200)}"`);
}

function down(detail: string): Finding {
  return { is: "down", reason: "protocol", phase: "dialogue", detail };
}
