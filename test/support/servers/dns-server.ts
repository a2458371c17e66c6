import { createSocket, type RemoteInfo } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import packet from "dns-packet";

/** How the server answers for a name; what is absent is not done. */
export type DnsBehaviour = Readonly<{
  a?: readonly string[];
  aaaa?: readonly string[];
  /** Addresses for the client subnet that was asked for (`198.51.100.0/24`), in place of `a`; undefined: it gives no answer. */
  aFor?(subnet: string | undefined): readonly string[] | undefined | void;
  /** Seconds. */
  ttl?: number;
  rcode?: 1 | 2 | 3 | 4 | 5;
  /** Gives no answer, at all or for the query types A (1) or AAAA (28). */
  drop?: boolean | 1 | 28;
  malformed?: boolean;
  /** Over UDP: an empty answer with the TC bit, so that the client comes back over TCP. */
  truncate?: boolean;
  /** Adds TXT records of this size to the answer over TCP. */
  txtBytes?: number;
  /** Answers with this CNAME record, and the CNAME's own where it is known. */
  cname?: string;
  /** Makes the whole answer; several are sent one after another. Nothing else counts then. */
  reply?(asked: AskedQuestion): Buffer | readonly Buffer[] | undefined;
}>;

/** What came; `raw` is the question section alone. */
export type AskedQuestion = Readonly<{
  id: number;
  name: string;
  type: number;
  transport: "udp" | "tcp";
  raw: Buffer;
  message: Buffer;
}>;

type Question = Readonly<{ id: number; name: string; type: number; raw: Buffer }>;

const mostAttempts = 20;

/** A name server on loopback, UDP and TCP, that answers by name and can be told to fail in most ways. */
export class DnsServer {
  readonly #behaviours = new Map<string, DnsBehaviour>();
  readonly #udp = createSocket("udp4");
  readonly #connections = new Set<Socket>();
  #tcp: Server | undefined;
  #port = 0;
  /** Queries that came in, as `name type transport`. */
  readonly queries: string[] = [];

  static async start(): Promise<DnsServer> {
    for (let attempt = 1; ; attempt += 1) {
      const server = new DnsServer();
      try {
        await server.#listen();
        return server;
      } catch (error) {
        // Another program may hold the TCP port of the number that UDP was given.
        await server.close();
        if (attempt === mostAttempts || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      }
    }
  }

  /** Address in the form that resolvers take. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Sets what a name answers; names that were never set do not exist. */
  set(name: string, behaviour: DnsBehaviour): void {
    this.#behaviours.set(name.toLowerCase(), behaviour);
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    await new Promise<void>((resolve) => this.#udp.close(() => resolve()));
    await new Promise<void>((resolve) => {
      if (this.#tcp === undefined) resolve();
      else this.#tcp.close(() => resolve());
    });
  }

  /** UDP and TCP want the same port number, which only trying can find. @throws {Error} EADDRINUSE */
  async #listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#udp.bind(0, "127.0.0.1", resolve));
    this.#port = this.#udp.address().port;
    this.#tcp = createServer((socket) => this.#serveTcp(socket));
    await new Promise<void>((resolve, reject) => {
      this.#tcp?.once("error", reject);
      this.#tcp?.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#udp.on("message", (message, from) => this.#answerUdp(message, from));
  }

  #answerUdp(message: Buffer, from: RemoteInfo): void {
    for (const reply of this.#replies(message, "udp")) this.#udp.send(reply, from.port, from.address);
  }

  #serveTcp(socket: Socket): void {
    this.#connections.add(socket);
    let received = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#connections.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const size = received.readUInt16BE(0);
        const replies = this.#replies(received.subarray(2, 2 + size), "tcp");
        received = received.subarray(2 + size);
        for (const reply of replies) socket.write(Buffer.concat([uint16(reply.length), reply]));
      }
    });
  }

  #replies(message: Buffer, transport: "udp" | "tcp"): readonly Buffer[] {
    const question = readQuestion(message);
    const own = this.#behaviours.get(question.name)?.reply;
    if (own !== undefined) {
      this.queries.push(`${question.name} ${question.type} ${transport}`);
      return [own({ ...question, transport, message }) ?? []].flat();
    }
    return [this.#reply({ ...question, message, transport }) ?? []].flat();
  }

  #reply({ message, transport, ...question }: AskedQuestion): Buffer | undefined {
    const { name, type } = question;
    this.queries.push(`${name} ${type === 28 ? "AAAA" : type === 1 ? "A" : type} ${transport}`);
    const behaviour = this.#behaviours.get(name) ?? { rcode: 3 };
    if (behaviour.aFor !== undefined) {
      const a = behaviour.aFor(subnetOf(message));
      const records = type === 1 ? (a ?? []).map((address) => record(name, 1, 60, ipv4(address))) : [];
      return a ? encode(question, 0, records, false) : undefined;
    }
    if (behaviour.drop === true || behaviour.drop === type) return undefined;
    if (behaviour.malformed === true) return malformed(question);
    if (behaviour.truncate === true && transport === "udp") return encode(question, 0, [], true);
    return encode(question, behaviour.rcode ?? 0, this.#records(name, type, transport), false);
  }

  #records(name: string, type: number, transport: "udp" | "tcp"): readonly Buffer[] {
    const behaviour = this.#behaviours.get(name) ?? {};
    const ttl = behaviour.ttl ?? 60;
    const records: Buffer[] = [];
    const seen = new Set<string>();
    let owner = name;
    for (let next = behaviour.cname; next !== undefined && !seen.has(owner); ) {
      seen.add(owner);
      records.push(record(owner, 5, ttl, encodeName(next)));
      owner = next;
      next = this.#behaviours.get(owner)?.cname;
    }
    const end = this.#behaviours.get(owner) ?? {};
    if (type === 1) for (const address of end.a ?? []) records.push(record(owner, 1, ttl, ipv4(address)));
    if (type === 28) for (const address of end.aaaa ?? []) records.push(record(owner, 28, ttl, ipv6(address)));
    if (transport === "tcp" && behaviour.txtBytes !== undefined) records.push(...texts(owner, behaviour.txtBytes));
    return records;
  }
}

function readQuestion(message: Buffer): Question {
  const labels: string[] = [];
  let at = 12;
  while ((message[at] ?? 0) !== 0) {
    const size = message[at] ?? 0;
    labels.push(message.toString("latin1", at + 1, at + 1 + size));
    at += 1 + size;
  }
  return {
    id: message.readUInt16BE(0),
    name: labels.join(".").toLowerCase(),
    type: message.readUInt16BE(at + 1),
    raw: message.subarray(12, at + 5),
  };
}

/** The network that a question is asked on behalf of. @see RFC 7871 */
function subnetOf(message: Buffer): string | undefined {
  for (const additional of packet.decode(message).additionals ?? []) {
    if (additional.type !== "OPT") continue;
    for (const option of additional.options) {
      if ("sourcePrefixLength" in option) return `${option.ip}/${option.sourcePrefixLength}`;
    }
  }
  return undefined;
}

function encode(question: Question, rcode: number, records: readonly Buffer[], truncated: boolean): Buffer {
  const flags = 0x8180 | (truncated ? 0x0200 : 0) | rcode;
  const header = Buffer.concat([question.id, flags, 1, records.length, 0, 0].map(uint16));
  return Buffer.concat([header, question.raw, ...records]);
}

/** Announces an answer and breaks off in the middle of its address. */
function malformed(question: Question): Buffer {
  const whole = encode(question, 0, [record(question.name, question.type, 60, ipv4("127.0.0.1"))], false);
  return whole.subarray(0, -3);
}

function record(owner: string, type: number, ttl: number, data: Buffer): Buffer {
  return Buffer.concat([encodeName(owner), uint16(type), uint16(1), uint16(0), uint16(ttl), uint16(data.length), data]);
}

function texts(owner: string, sizeBytes: number): readonly Buffer[] {
  const text = Buffer.concat([Buffer.from([255]), Buffer.alloc(255, "x")]);
  return Array.from({ length: Math.ceil(sizeBytes / 280) }, () => record(owner, 16, 60, text));
}

function encodeName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function ipv4(address: string): Buffer {
  return Buffer.from(address.split(".").map(Number));
}

/** Full form or `::1`-like with one gap. */
function ipv6(address: string): Buffer {
  const [left = "", right = ""] = address.split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right === "" ? [] : right.split(":");
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => "0"), ...tail];
  return Buffer.concat(groups.map((group) => uint16(Number.parseInt(group, 16))));
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
}
