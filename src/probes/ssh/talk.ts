import { createHash } from "node:crypto";
import type { Finding } from "../../core/checks/finding.ts";
import { WireReader } from "../../core/net/wire-reader.ts";
import type { Wire } from "../../core/ports/wires.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { type HostKey, isSignedBy, readHostKey, signatures } from "./host-key.ts";
import { type Exchange, keyExchanges } from "./key-exchange.ts";
import { packetOf, SshFields, SshProblem, SshWriter } from "./wire-format.ts";

const ourVersion = "SSH-2.0-Watchfire";
const messages = {
  disconnect: 1,
  ignore: 2,
  unimplemented: 3,
  debug: 4,
  kexInit: 20,
  exchangeInit: 30,
  exchangeReply: 31,
};
const passedOver: ReadonlySet<number> = new Set([messages.ignore, messages.unimplemented, messages.debug]);
const limitBytes = 256 * 1024;
const mostPacketBytes = 35_000;
const mostGreetingLines = 50;

/** What a server offers, its preferred ones first. */
export type Offer = Readonly<{
  keyExchange: readonly string[];
  hostKey: readonly string[];
  cipher: readonly string[];
  mac: readonly string[];
}>;

/** How far a talk came. */
export type Talk = {
  /** The version line, such as `SSH-2.0-OpenSSH_9.2p1 Debian-2`. */
  banner?: string;
  /** Lines before it. */
  greeting: string[];
  offer?: Offer;
  hostKey?: HostKey;
};

type Ended = Readonly<{ finding: Finding }>;

/** Talks to a server until it has proved that it holds its host key; nobody logs in. @see RFC 4253 */
export class ServerTalk {
  readonly talk: Talk = { greeting: [] };
  readonly #wire: Wire;
  readonly #reader: WireReader;
  readonly #random: () => number;
  readonly #waits: (what: string) => void;

  constructor(wire: Wire, random: () => number, waits: (what: string) => void) {
    this.#wire = wire;
    this.#reader = new WireReader(wire, { limitBytes });
    this.#random = random;
    this.#waits = waits;
  }

  /** @returns why it ended before; undefined when the server has proved its key. */
  async hold(): Promise<Finding | undefined> {
    try {
      return await this.#hold();
    } catch (error) {
      if (!(error instanceof SshProblem)) throw error;
      return wrong(`the server does not speak SSH as it should: ${error.message}`);
    }
  }

  async #hold(): Promise<Finding | undefined> {
    this.#waits("waiting for the server's version");
    const unsent = await this.#wire.send(new TextEncoder().encode(`${ourVersion}\r\n`));
    const noBanner = unsent ?? (await this.#readBanner());
    if (noBanner !== undefined) return noBanner;
    this.#waits("waiting for the server's offer of algorithms");
    const ours = this.#ourOffer();
    const unoffered = await this.#wire.send(packetOf(ours));
    const theirs = unoffered === undefined ? await this.#message(messages.kexInit) : { finding: unoffered };
    if ("finding" in theirs) return theirs.finding;
    const offer = readOffer(theirs.payload);
    this.talk.offer = offer;
    const name = [...keyExchanges.keys()].find((each) => offer.keyExchange.includes(each));
    const signature = [...signatures.keys()].find((each) => offer.hostKey.includes(each));
    if (name === undefined || signature === undefined) return wrong(nothingInCommon(offer, name === undefined));
    return this.#exchange({ name, signature, ours, theirs: theirs.payload });
  }

  async #readBanner(): Promise<Finding | undefined> {
    const { greeting } = this.talk;
    while (greeting.length <= mostGreetingLines) {
      const line = await this.#reader.line();
      if ("finding" in line) return line.finding;
      if ("end" in line) {
        const heard = greeting.length === 0 ? "nothing came" : `it said "${greeting.join(" ").slice(0, 200)}"`;
        return wrong(`the server closed before its version; ${heard}`);
      }
      const shown = escapeControls(line.got.slice(0, 255));
      if (!line.got.startsWith("SSH-")) {
        greeting.push(shown);
        continue;
      }
      this.talk.banner = shown;
      this.#theirVersion = line.got;
      return /^SSH-(?:2\.0|1\.99)-/.test(line.got) ? undefined : wrong(`the server speaks "${shown}", not SSH 2.0`);
    }
    return wrong(`more than ${mostGreetingLines} lines came before the version`);
  }

  #theirVersion = "";

  #ourOffer(): Uint8Array {
    const all =
      "aes128-ctr,aes256-ctr,aes256-gcm@openssh.com,aes128-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-cbc,3des-cbc";
    const macs =
      "hmac-sha2-256,hmac-sha2-512,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1,hmac-md5";
    const writer = new SshWriter().byte(messages.kexInit);
    writer.raw(Uint8Array.from({ length: 16 }, () => Math.floor(this.#random() * 256)));
    writer.string([...keyExchanges.keys()].join(",")).string([...signatures.keys()].join(","));
    for (const list of [all, all, macs, macs, "none", "none", "", ""]) writer.string(list);
    return writer.byte(0).uint32(0).bytes();
  }

  async #exchange({ name, signature, ours, theirs }: Agreement): Promise<Finding | undefined> {
    const way = keyExchanges.get(name);
    const exchange = way?.begin();
    if (way === undefined || exchange === undefined) return undefined;
    const init = write(new SshWriter().byte(messages.exchangeInit), exchange, exchange.share).bytes();
    this.#waits("waiting for the host key");
    const unsent = await this.#wire.send(packetOf(init));
    const reply = unsent === undefined ? await this.#message(messages.exchangeReply) : { finding: unsent };
    if ("finding" in reply) return reply.finding;
    const fields = new SshFields(reply.payload);
    const blob = fields.string();
    const share = exchange.isNumber ? fields.mpint() : fields.string();
    const signed = fields.string();
    const hostKey = readHostKey(blob);
    const transcript = new SshWriter().string(ourVersion).string(latin1(this.#theirVersion));
    transcript
      .string(ours)
      .string(Uint8Array.of(messages.kexInit, ...theirs))
      .string(blob);
    write(write(transcript, exchange, exchange.share), exchange, share).mpint(exchange.secretWith(share));
    const hash = createHash(way.digest).update(transcript.bytes()).digest();
    if (!isSignedBy(hostKey, signature, hash, signed))
      return wrong("the server did not prove that it holds its host key");
    this.talk.hostKey = hostKey;
    return undefined;
  }

  /** The next message of that kind without its first byte. */
  async #message(kind: number): Promise<Readonly<{ payload: Uint8Array }> | Ended> {
    while (true) {
      const head = await this.#reader.bytes(5);
      if (!("got" in head)) return "finding" in head ? head : closed;
      const fields = new SshFields(head.got);
      const length = fields.uint32();
      const padding = fields.byte();
      if (length > mostPacketBytes || padding + 2 > length)
        throw new SshProblem(`a packet says that it has ${length} bytes`);
      const rest = await this.#reader.bytes(length - 1);
      if (!("got" in rest)) return "finding" in rest ? rest : closed;
      const got = rest.got[0] ?? 0;
      const payload = rest.got.subarray(1, rest.got.length - padding);
      if (got === kind) return { payload };
      if (got === messages.disconnect) return { finding: wrong(disconnectText(payload)) };
      if (!passedOver.has(got)) throw new SshProblem(`message ${got} came, expected ${kind}`);
    }
  }
}

type Agreement = Readonly<{ name: string; signature: string; ours: Uint8Array; theirs: Uint8Array }>;

function write(writer: SshWriter, { isNumber }: Exchange, share: Uint8Array): SshWriter {
  return isNumber ? writer.mpint(share) : writer.string(share);
}

function readOffer(payload: Uint8Array): Offer {
  const fields = new SshFields(payload);
  fields.take(16);
  const [keyExchange, hostKey] = [fields.names(), fields.names()];
  const ciphers = [...fields.names(), ...fields.names()];
  const macs = [...fields.names(), ...fields.names()];
  return { keyExchange, hostKey, cipher: [...new Set(ciphers)], mac: [...new Set(macs)] };
}

function nothingInCommon({ keyExchange, hostKey }: Offer, isExchange: boolean): string {
  const [what, names] = isExchange ? ["key exchange", keyExchange] : ["host key", hostKey];
  return `the server offers no ${what} that the probe speaks: ${escapeControls(names.join(", ").slice(0, 200))}`;
}

function disconnectText(payload: Uint8Array): string {
  const fields = new SshFields(payload);
  const code = fields.uint32();
  return `the server ended the talk with code ${code}: ${escapeControls(fields.text().slice(0, 200))}`;
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}

function wrong(detail: string): Finding {
  return { is: "down", reason: "protocol", phase: "dialogue", detail };
}

const closed: Ended = {
  finding: { is: "down", reason: "reset", phase: "dialogue", detail: "the server closed during the key exchange" },
};
