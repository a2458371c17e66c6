import { ipBytes } from "./ip-bytes.ts";

/** From where an address can be reached, the widest first. */
export const reaches = ["public", "private", "loopback", "link_local"] as const;
export type Reach = (typeof reaches)[number];

/**
 * Says from where an IP address can be reached; addresses that only carry an IPv4 address (NAT64, 6to4) count as that one.
 * Private are RFC 1918, shared (RFC 6598) and unique local addresses and everything that is no unicast address. The
 * metadata services of clouds are link-local or private. @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export function reachOf(address: string): Reach {
  const bytes = ipBytes(address);
  return bytes.length === 4 ? reachOf4(bytes) : reachOf6(bytes);
}

function reachOf4([a = 0, b = 0, c = 0]: readonly number[]): Reach {
  if (a === 127 || a === 0) return "loopback";
  if (a === 169 && b === 254) return "link_local";
  const isPrivate = a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
  const isShared = (a === 100 && b >= 64 && b <= 127) || (a === 198 && (b === 18 || b === 19));
  const isSpecial = a >= 224 || (a === 192 && b === 0 && c === 0);
  return isPrivate || isShared || isSpecial ? "private" : "public";
}

function reachOf6(bytes: readonly number[]): Reach {
  const [a = 0, b = 0] = bytes;
  if (a === 0 && b === 0x64 && bytes[2] === 0xff && bytes[3] === 0x9b) return reachOf4(bytes.slice(12));
  if (a === 0x20 && b === 0x02) return reachOf4(bytes.slice(2, 6));
  if (bytes.slice(0, 12).every((byte) => byte === 0)) return reachOf4(isUnit(bytes) ? [127] : bytes.slice(12));
  if (a === 0xfe && (b & 0xc0) === 0x80) return "link_local";
  return (a & 0xe0) === 0x20 ? "public" : "private";
}

function isUnit(bytes: readonly number[]): boolean {
  return bytes.slice(12, 15).every((byte) => byte === 0);
}

/** True when who can be reached by `page` may be led on to `other`: nobody is led from the internet into a private network. */
export function isAsOpenAs(other: Reach, page: Reach): boolean {
  return reaches.indexOf(other) <= reaches.indexOf(page);
}
