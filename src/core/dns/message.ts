import { Buffer } from "node:buffer";
import packet, { type Packet } from "dns-packet";
import { type DnsRecord, recordText } from "./record-text.ts";
import { codecType, typeName } from "./record-type.ts";

const recursionDesired = 0x0100;

/** What to ask for. */
export type Question = Readonly<{
  id: number;
  name: string;
  /** As `recordTypeSchema` has it. */
  type: string;
  recurse: boolean;
  /** Ask for signatures, too (the DO bit). */
  dnssec: boolean;
  /** Ask on behalf of clients in this network; servers that do not know the option answer for themselves. */
  subnet?: ClientSubnet;
}>;

/** A network of clients, as EDNS names it. @see RFC 7871 */
export type ClientSubnet = Readonly<{ ip: string; prefixLength: number }>;

export type Message = Readonly<{
  rcode: string;
  authoritative: boolean;
  truncated: boolean;
  authenticated: boolean;
  answers: readonly DnsRecord[];
  authorities: readonly DnsRecord[];
  additionals: readonly DnsRecord[];
}>;

/** Encodes a question. @see RFC 1035 §4 */
export function encodeQuestion({ id, name, type, recurse, dnssec, subnet }: Question): Uint8Array {
  const question = { type: codecType(type), class: "IN", name };
  const options = subnet === undefined ? [] : [subnetOption(subnet)];
  const flags = dnssec ? packet.DNSSEC_OK : 0;
  const additionals =
    dnssec || subnet !== undefined ? [{ type: "OPT", name: ".", udpPayloadSize: 1232, flags, options }] : [];
  const message = { type: "query", id, flags: recurse ? recursionDesired : 0, questions: [question], additionals };
  return packet.encode(message as unknown as Packet);
}

function subnetOption({ ip, prefixLength }: ClientSubnet): object {
  return { code: "CLIENT_SUBNET", ip, sourcePrefixLength: prefixLength, scopePrefixLength: 0 };
}

/** True when bytes are an answer to this question: its id, and the question itself when the answer repeats it. */
export function isAnswerTo(bytes: Uint8Array, question: Question): boolean {
  if (bytes.length < 12) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== question.id || (view.getUint8(2) & 0x80) === 0) return false;
  const { id, name, type, recurse } = question;
  const asked = encodeQuestion({ id, name, type, recurse, dnssec: false }).subarray(12);
  if (view.getUint16(4) !== 1) return view.getUint16(4) === 0;
  const echoed = Buffer.from(bytes.subarray(12, 12 + asked.length))
    .toString("latin1")
    .toLowerCase();
  return echoed === Buffer.from(asked).toString("latin1").toLowerCase();
}

/** Decodes an answer; undefined when it is malformed. */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  if (!isWhole(bytes)) return undefined;
  try {
    const decoded = packet.decode(Buffer.from(bytes)) as unknown as Decoded;
    const records = (list: readonly unknown[] | undefined): readonly DnsRecord[] =>
      (list ?? []).filter((record) => !isOption(record)).map(recordText);
    return {
      rcode: decoded.rcode,
      authoritative: decoded.flag_aa,
      truncated: decoded.flag_tc,
      authenticated: decoded.flag_ad,
      answers: records(decoded.answers),
      authorities: records(decoded.authorities),
      additionals: records(decoded.additionals),
    };
  } catch {
    return undefined; // the codec throws for everything that does not fit
  }
}

type Decoded = Readonly<{
  rcode: string;
  flag_aa: boolean;
  flag_tc: boolean;
  flag_ad: boolean;
  answers?: readonly unknown[];
  authorities?: readonly unknown[];
  additionals?: readonly unknown[];
}>;

/** The name of a type that was given by its number, where it has one. */
export function canonicalType(type: string): string {
  const questions = [{ type: codecType(type), class: "IN", name: "." }];
  const asked = packet.decode(packet.encode({ type: "query", questions } as unknown as Packet));
  return typeName(asked.questions?.[0]?.type ?? type);
}

/** EDNS is about the message, not part of its data. */
function isOption(record: unknown): boolean {
  return typeof record === "object" && record !== null && "type" in record && record.type === "OPT";
}

/** True when every record is as long as it says: the codec reads past the end without a word. */
function isWhole(bytes: Uint8Array): boolean {
  if (bytes.length < headerBytes) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = headerBytes;
  for (let question = view.getUint16(4); question > 0; question -= 1) at = nameEnd(bytes, at) + 4;
  const count = view.getUint16(6) + view.getUint16(8) + view.getUint16(10);
  for (let record = 0; record < count; record += 1) {
    const end = nameEnd(bytes, at);
    if (end + 10 > bytes.length) return false;
    at = end + 10 + view.getUint16(end + 8);
  }
  return at <= bytes.length;
}

const headerBytes = 12;

/** Where a name ends: after its root label, or after a pointer. */
function nameEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; ) {
    const size = bytes[at] ?? 0;
    if (size >= 0xc0) return at + 2;
    if (size === 0) return at + 1;
    at += 1 + size;
  }
  return bytes.length + 1;
}
