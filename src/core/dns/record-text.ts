import { Buffer } from "node:buffer";
import { typeName } from "./record-type.ts";

/** One record in the form of a zone file: name, TTL, class, type and data with tabs between. */
export type DnsRecord = Readonly<{ text: string; type: string; data: string; serial?: number }>;

type Fields = Readonly<Record<string, unknown>>;

/** A word of the data: texts and numbers as they are, bytes as hexadecimal digits. */
function word(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : "";
}

const words = (...values: readonly unknown[]): string => values.map(word).join(" ");
const dotted = (name: unknown): string => (name === "." ? "." : `${word(name).replace(/\.$/, "")}.`);
const base64 = (bytes: unknown): string => Buffer.from(word(bytes), "hex").toString("base64");
const quoted = (value: unknown): string => `"${word(value).replaceAll(/["\\]/g, "\\$&")}"`;
/** Seconds since 1970 as DNSSEC writes them. */
const stamp = (seconds: unknown): string =>
  new Date(Number(seconds) * 1000).toISOString().replaceAll(/[-:T]|\.\d+Z/g, "");

/** Data of a record as zone files write it, by type; what is not here is written as bytes. @see RFC 1035 §5.1, RFC 3597 §5 */
const writers: Readonly<Record<string, (data: Fields) => string>> = {
  MX: ({ preference, exchange }) => words(preference, dotted(exchange)),
  SOA: ({ mname, rname, serial, refresh, retry, expire, minimum }) =>
    words(dotted(mname), dotted(rname), serial, refresh, retry, expire, minimum),
  SRV: ({ priority, weight, port, target }) => words(priority, weight, port, dotted(target)),
  CAA: ({ flags, tag, value }) => words(flags, tag, quoted(value)),
  DS: ({ keyTag, algorithm, digestType, digest }) => words(keyTag, algorithm, digestType, digest),
  DNSKEY: ({ flags, algorithm, key }) => words(flags, 3, algorithm, base64(key)),
  RRSIG: (data) =>
    words(
      data["typeCovered"],
      data["algorithm"],
      data["labels"],
      data["originalTTL"],
      stamp(data["expiration"]),
      stamp(data["inception"]),
      data["keyTag"],
      dotted(data["signersName"]),
      base64(data["signature"]),
    ),
  NSEC: ({ nextDomain, rrtypes }) =>
    words(dotted(nextDomain), ...(Array.isArray(rrtypes) ? (rrtypes as unknown[]) : [])),
  SSHFP: ({ algorithm, hash, fingerprint }) => words(algorithm, hash, fingerprint),
  TLSA: ({ usage, selector, matchingType, certificate }) => words(usage, selector, matchingType, certificate),
  NAPTR: ({ order, preference, flags, services, regexp, replacement }) =>
    words(order, preference, quoted(flags), quoted(services), quoted(regexp), dotted(replacement)),
  HINFO: ({ cpu, os }) => words(quoted(cpu), quoted(os)),
  RP: ({ mbox, txt }) => words(dotted(mbox), dotted(txt)),
};
const names = new Set(["CNAME", "DNAME", "NS", "PTR"]);

/** Writes a decoded record in the form of a zone file. */
export function recordText(record: unknown): DnsRecord {
  const { name, type: codec, ttl, class: recordClass, data } = record as Fields;
  const codecType = word(codec);
  const type = typeName(codecType);
  const written = dataText(codecType, data);
  const text = [dotted(name), word(ttl), word(recordClass ?? "IN"), type, written].join("\t");
  const serial = type === "SOA" ? (data as Fields)["serial"] : undefined;
  return { text, type, data: written, ...(typeof serial === "number" && { serial }) };
}

function dataText(type: string, data: unknown): string {
  if (names.has(type)) return dotted(data);
  if (Buffer.isBuffer(data)) return `\\# ${data.length} ${data.toString("hex")}`;
  // The parts of a text record.
  if (Array.isArray(data)) {
    return (data as unknown[]).map((part) => quoted(Buffer.from(word(part), "hex").toString("utf8"))).join(" ");
  }
  if (typeof data !== "object" || data === null) return word(data);
  const write = Object.hasOwn(writers, type) ? writers[type] : undefined;
  return write === undefined ? JSON.stringify(data) : write(data as Fields);
}
