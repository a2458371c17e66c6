import { createHash, type KeyObject, verify } from "node:crypto";
import { publicKeyOf } from "./key-exchange.ts";
import { SshFields, SshProblem } from "./wire-format.ts";

/** The key by which a server is known. */
export type HostKey = Readonly<{
  type: string;
  /** As `ssh-keygen -l` writes it: `SHA256:…`. */
  fingerprint: string;
  bits: number;
  key: KeyObject;
}>;

const curves: Readonly<Record<string, Readonly<{ crv: string; bits: number }>>> = {
  nistp256: { crv: "P-256", bits: 256 },
  nistp384: { crv: "P-384", bits: 384 },
  nistp521: { crv: "P-521", bits: 521 },
};

/** Signature algorithms that are verified, the preferred ones first, with their digest (EdDSA brings its own). */
export const signatures: ReadonlyMap<string, string | undefined> = new Map([
  ["ssh-ed25519", undefined],
  ["ecdsa-sha2-nistp256", "sha256"],
  ["ecdsa-sha2-nistp384", "sha384"],
  ["ecdsa-sha2-nistp521", "sha512"],
  ["rsa-sha2-512", "sha512"],
  ["rsa-sha2-256", "sha256"],
  ["ssh-rsa", "sha1"],
]);

/** Reads a host key. @throws {SshProblem} when it is of no known type. @see RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4 */
export function readHostKey(blob: Uint8Array): HostKey {
  const fields = new SshFields(blob);
  const type = fields.text();
  const fingerprint = `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
  if (type === "ssh-ed25519") {
    const key = publicKeyOf({ kty: "OKP", crv: "Ed25519", x: fields.string() });
    return { type, fingerprint, bits: 256, key };
  }
  if (type === "ssh-rsa") {
    const e = fields.mpint();
    const n = fields.mpint();
    return {
      type,
      fingerprint,
      bits: n.length * 8 - Math.clz32(n[0] ?? 0) + 24,
      key: publicKeyOf({ kty: "RSA", n, e }),
    };
  }
  const curve = type.startsWith("ecdsa-sha2-") ? curves[fields.text()] : undefined;
  if (curve === undefined) throw new SshProblem("its host key is of an unknown type");
  const point = fields.string();
  const size = (point.length - 1) / 2;
  if (point[0] !== 4 || !Number.isInteger(size)) throw new SshProblem("its host key is no point of its curve");
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  return { type, fingerprint, bits: curve.bits, key: publicKeyOf({ kty: "EC", crv: curve.crv, x, y }) };
}

/** True when the key made the signature, with the algorithm that was agreed on. */
export function isSignedBy(
  { key, bits }: HostKey,
  algorithm: string,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const fields = new SshFields(signature);
  if (fields.text() !== algorithm || !signatures.has(algorithm)) return false;
  const blob = fields.string();
  const digest = signatures.get(algorithm);
  if (!algorithm.startsWith("ecdsa-")) return verify(digest, signed, key, blob);
  const numbers = new SshFields(blob);
  const size = Math.ceil(bits / 8);
  const flat = new Uint8Array(2 * size);
  for (const end of [size, 2 * size]) {
    const number = numbers.mpint();
    if (number.length > size) return false;
    flat.set(number, end - number.length);
  }
  return verify(digest, signed, { key, dsaEncoding: "ieee-p1363" }, flat);
}
