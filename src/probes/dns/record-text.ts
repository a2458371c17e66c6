import { Buffer } from "node:buffer";
import type { DnsRecord } from "./message.ts";

type Fields = Readonly<Record<string, unknown>>;

const dotted = (name: unknown): string => (name === "." ? "." : `${String(name).replace(/\.$/, "")}.`);
const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString("hex");
const base64 = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString("base64");

/** Data of a record as zone files write it, by type; what is not here is written as bytes. @see RFC 1035 §5.1, RFC 3597 §5 */
const writers: Readonly<Record<string, (data: Fields) => string>> = {
  MX: ({ preference, exchange }) => `${preference} ${dotted(exchange)}`,
  SOA: ({ mname, rname, serial, refresh, retry, expire, minimum }) =>
    `${dotted(mname)} ${dotted(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`,
  SRV: ({ priority, weight, port, target }) => `${priority} ${weight} ${port} ${dotted(target)}`,
  CAA: ({ flags, tag, value }) => `${flags} ${tag} ${quoted(String(value))}`,
  DS: ({ keyTag, algorithm, digestType, digest }) => `${keyTag} ${algorithm} ${digestType} ${hex(digest)}`,
  DNSKEY: ({ flags, algorithm, key }) => `${flags} 3 ${algorithm} ${base64(key)}`,
  RRSIG: ({ typeCovered, algorithm, labels, originalTTL, expiration, inception, keyTag, signersName, signature }) =>
    `${typeCovered} ${algorithm} ${labels} ${originalTTL} ${stamp(expiration)} ${stamp(inception)} ${keyTag} ${dotted(signersName)} ${base64(signature)}`,
  NSEC: ({ nextDomain, rrtypes }) => `${dotted(nextDomain)} ${(rrtypes as readonly string[]).join(" ")}`,
  SSHFP: ({ algorithm, hash, fingerprint }) => `${algorithm} ${hash} ${String(fingerprint)}`,
  TLSA: ({ usage, selector, matchingType, certificate }) => `${usage} ${selector} ${matchingType} ${hex(certificate)}`,
  NAPTR: ({ order, preference, flags, services, regexp, replacement }) =>
    `${order} ${preference} ${quoted(String(flags))} ${quoted(String(services))} ${quoted(String(regexp))} ${dotted(replacement)}`,
  HINFO: ({ cpu, os }) => `${quoted(String(cpu))} ${quoted(String(os))}`,
  RP: ({ mbox, txt }) => `${dotted(mbox)} ${dotted(txt)}`,
};
const names = new Set(["CNAME", "DNAME", "NS", "PTR"]);
const numbered: Readonly<Record<string, string>> = { UNKNOWN_64: "SVCB", UNKNOWN_65: "HTTPS", UNKNOWN_256: "URI" };

/** Writes a decoded record in the form of a zone file. */
export function recordText(record: unknown): DnsRecord {
  const { name, type: codecType, ttl, class: recordClass, data } = record as Fields;
  const type = numbered[String(codecType)] ?? String(codecType).replace(/^UNKNOWN_/, "TYPE");
  const written = dataText(String(codecType), data);
  const text = [dotted(name), String(ttl), String(recordClass ?? "IN"), type, written].join("\t");
  const serial = type === "SOA" ? (data as Fields)["serial"] : undefined;
  return { text, type, data: written, ...(typeof serial === "number" && { serial }) };
}

function dataText(type: string, data: unknown): string {
  if (names.has(type)) return dotted(data);
  if (Buffer.isBuffer(data)) return `\\# ${data.length} ${data.toString("hex")}`;
  if (Array.isArray(data))
    return data.map((part) => quoted(Buffer.from(part as Uint8Array).toString("utf8"))).join(" ");
  if (typeof data !== "object" || data === null) return String(data ?? "");
  const write = Object.hasOwn(writers, type) ? writers[type] : undefined;
  return write === undefined ? JSON.stringify(data) : write(data as Fields);
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** Seconds since 1970 as DNSSEC writes them. */
function stamp(seconds: unknown): string {
  return new Date(Number(seconds) * 1000).toISOString().replaceAll(/[-:T]|\.\d+Z/g, "");
}
