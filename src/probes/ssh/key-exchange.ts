import {
  createDiffieHellmanGroup,
  createECDH,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { SshProblem } from "./wire-format.ts";

/** One side of an exchange: what is sent, and what both share once the other's share is known. */
export type Exchange = Readonly<{
  /** How shares are written: numbers for Diffie-Hellman, else strings. */
  isNumber: boolean;
  share: Uint8Array;
  /** @throws {SshProblem} when the other's share is none. */
  secretWith(other: Uint8Array): Uint8Array;
}>;

/** A way to agree on a secret, and the digest that goes with it. */
export type KeyExchange = Readonly<{ digest: "sha1" | "sha256" | "sha384" | "sha512"; begin(): Exchange }>;

const curve = (name: string, digest: KeyExchange["digest"]): KeyExchange => ({ digest, begin: () => overCurve(name) });
const group = (name: string, digest: KeyExchange["digest"]): KeyExchange => ({ digest, begin: () => overGroup(name) });
const x25519: KeyExchange = { digest: "sha256", begin: overX25519 };

/** The exchanges that are spoken, the preferred ones first; the last are for devices that know no better. */
export const keyExchanges: ReadonlyMap<string, KeyExchange> = new Map([
  ["curve25519-sha256", x25519],
  ["curve25519-sha256@libssh.org", x25519],
  ["ecdh-sha2-nistp256", curve("prime256v1", "sha256")],
  ["ecdh-sha2-nistp384", curve("secp384r1", "sha384")],
  ["ecdh-sha2-nistp521", curve("secp521r1", "sha512")],
  ["diffie-hellman-group16-sha512", group("modp16", "sha512")],
  ["diffie-hellman-group14-sha256", group("modp14", "sha256")],
  ["diffie-hellman-group14-sha1", group("modp14", "sha1")],
  ["diffie-hellman-group1-sha1", group("modp2", "sha1")],
]);

function overX25519(): Exchange {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return {
    isNumber: false,
    share: Buffer.from(x, "base64url"),
    secretWith: (other) =>
      agreed(() => {
        const theirs = { kty: "OKP", crv: "X25519", x: Buffer.from(other).toString("base64url") };
        return diffieHellman({ privateKey, publicKey: createPublicKey({ key: theirs, format: "jwk" }) });
      }),
  };
}

function overCurve(name: string): Exchange {
  const ecdh = createECDH(name);
  return {
    isNumber: false,
    share: ecdh.generateKeys(),
    secretWith: (other) => agreed(() => ecdh.computeSecret(other)),
  };
}

function overGroup(name: string): Exchange {
  const dh = createDiffieHellmanGroup(name);
  return { isNumber: true, share: dh.generateKeys(), secretWith: (other) => agreed(() => dh.computeSecret(other)) };
}

function agreed(compute: () => Uint8Array): Uint8Array {
  try {
    return compute();
  } catch (error) {
    throw new SshProblem("its share of the key exchange is no proper one", { cause: error });
  }
}

/** A public key from its fields. @throws {SshProblem} when they are none. */
export function publicKeyOf(fields: Readonly<Record<string, Uint8Array | string>>): KeyObject {
  const key = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? value : Buffer.from(value).toString("base64url"),
    ]),
  );
  try {
    return createPublicKey({ key, format: "jwk" });
  } catch (error) {
    throw new SshProblem("its host key is none", { cause: error });
  }
}
