import type { Offer, Talk } from "./talk.ts";

/** What a server offers and no longer should, by what it is for. */
export type Weaknesses = Readonly<Record<keyof Offer, readonly string[]>>;

/** Broken or too short: SHA-1 in what is signed or agreed on, groups below 2048 bits, DSA, CBC, RC4, 3DES, MD5, short tags. */
const weak: Readonly<Record<keyof Offer, RegExp>> = {
  keyExchange: /-sha1(?:@|$)|group1-|^rsa1024/,
  hostKey: /^(?:ssh-rsa|ssh-dss)(?:$|-cert-|@)/,
  cipher: /-cbc(?:@|$)|^arcfour|^3des|^des|^blowfish|^cast128|^none$|^idea/,
  mac: /md5|sha1|-96(?:-|@|$)|^none$|^umac-64/,
};

/** The weak algorithms of an offer, without those that are allowed. */
export function weaknessesOf(offer: Offer, allowed: readonly string[]): Weaknesses {
  const of = (kind: keyof Offer): readonly string[] =>
    offer[kind].filter((name) => weak[kind].test(name) && !allowed.includes(name));
  return { keyExchange: of("keyExchange"), hostKey: of("hostKey"), cipher: of("cipher"), mac: of("mac") };
}

/** What else is weak about a server: an old version of the protocol, the Terrapin attack, a short key. @see CVE-2023-48795 */
export function furtherWeaknesses(
  { banner = "", offer, hostKey }: Talk,
  { least_rsa_bits: leastBits }: Readonly<{ least_rsa_bits: number }>,
): readonly string[] {
  const isOpenToTerrapin =
    offer !== undefined &&
    !offer.keyExchange.includes("kex-strict-s-v00@openssh.com") &&
    (offer.cipher.includes("chacha20-poly1305@openssh.com") ||
      (offer.cipher.some((name) => name.includes("-cbc")) && offer.mac.some((name) => name.includes("-etm@"))));
  const isShort = hostKey?.type === "ssh-rsa" && hostKey.bits < leastBits;
  return [
    ...(banner.startsWith("SSH-1.99-") ? ["it speaks SSH 1, too"] : []),
    ...(isOpenToTerrapin ? ["it is open to the Terrapin attack (CVE-2023-48795)"] : []),
    ...(isShort ? [`its host key has ${hostKey.bits} bits, less than ${leastBits}`] : []),
  ];
}
