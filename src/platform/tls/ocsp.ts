import { createHash, type KeyObject, verify, X509Certificate } from "node:crypto";
import {
  childrenOf,
  type Der,
  derTags,
  generalizedTimeMsOf,
  hexOf,
  integerHexOf,
  oidOf,
  readDer,
} from "../../core/asn1/der.ts";
import type { StapledAnswer } from "../../core/ports/tls.ts";

const basicResponse = "1.3.6.1.5.5.7.48.1.1";
const ocspSigning = "1.3.6.1.5.5.7.3.9";
const hashes: Readonly<Record<string, string>> = { "1.3.14.3.2.26": "sha1", "2.16.840.1.101.3.4.2.1": "sha256" };
const digests: Readonly<Record<string, string | null>> = {
  "1.2.840.113549.1.1.5": "sha1",
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
  "1.3.101.112": null,
};

/**
 * Reads a stapled OCSP answer about `leaf` and verifies that its issuer, or a responder that the issuer named, signed it.
 * What cannot be read or verified is `invalid` with the cause. @see RFC 6960 §4.2
 */
export function readStapled(
  bytes: Uint8Array,
  leaf: X509Certificate,
  issuer: X509Certificate | undefined,
): StapledAnswer {
  if (issuer === undefined) return invalid("the certificate's issuer was not sent, so nobody can verify the answer");
  const basic = basicOf(bytes);
  if (typeof basic === "string") return invalid(basic);
  const [tbs, algorithm, signature, certificates] = basic;
  const problem = signatureProblem({ tbs, algorithm, signature, certificates }, issuer);
  if (problem !== undefined) return invalid(problem);
  const single = responsesOf(tbs).find((response) => isAbout(response, leaf, issuer));
  return single === undefined ? invalid("the answer is about another certificate") : answerOf(single);
}

function invalid(detail: string): StapledAnswer {
  return { status: "invalid", detail };
}

/** The four parts of the basic response, or why there are none. */
function basicOf(bytes: Uint8Array): readonly [Der, Der, Der, Der | undefined] | string {
  const [status, wrapped] = childrenOf(readDer(bytes)) ?? [];
  if (status?.tag !== derTags.enumerated) return "it is no OCSP answer";
  if (status.content[0] !== 0) return `the responder gave no answer (status ${status.content[0]})`;
  const [type, response] = childrenOf(childrenOf(wrapped)?.[0]) ?? [];
  if (oidOf(type) !== basicResponse || response === undefined) return "it is no basic OCSP answer";
  const [tbs, algorithm, signature, certificates] = childrenOf(readDer(response.content)) ?? [];
  if (tbs === undefined || algorithm === undefined || signature?.tag !== derTags.bitString) return "it is broken";
  return [tbs, algorithm, signature, certificates];
}

type Signed = Readonly<{ tbs: Der; algorithm: Der; signature: Der; certificates: Der | undefined }>;

function signatureProblem(
  { tbs, algorithm, signature, certificates }: Signed,
  issuer: X509Certificate,
): string | undefined {
  const oid = oidOf(childrenOf(algorithm)?.[0]) ?? "";
  const digest = digests[oid];
  if (digest === undefined) return `its signature's algorithm ${oid} is not known`;
  const isSignedBy = (key: KeyObject): boolean => {
    try {
      return verify(digest, tbs.bytes, key, signature.content.subarray(1));
    } catch {
      return false; // a key of another kind
    }
  };
  const keys = [issuer, ...delegates(certificates, issuer)].map(({ publicKey }) => publicKey);
  return keys.some(isSignedBy) ? undefined : "neither the issuer nor a responder of its own signed it";
}

/** Responders in the answer that the issuer let sign for it. */
function delegates(certificates: Der | undefined, issuer: X509Certificate): readonly X509Certificate[] {
  return (childrenOf(childrenOf(certificates)?.[0]) ?? []).slice(0, 4).flatMap(({ bytes }) => {
    try {
      const certificate = new X509Certificate(bytes);
      // Node calls the extended usages `keyUsage`.
      const usages = certificate.keyUsage ?? [];
      const isResponder = usages.includes(ocspSigning) && certificate.verify(issuer.publicKey);
      return isResponder ? [certificate] : [];
    } catch {
      return [];
    }
  });
}

function responsesOf(tbs: Der): readonly Der[] {
  // Only the list of answers is a plain sequence; version, responder and extensions are tagged, and a name is in its tag.
  return childrenOf(childrenOf(tbs)?.find(({ tag }) => tag === derTags.sequence)) ?? [];
}

function isAbout(response: Der, leaf: X509Certificate, issuer: X509Certificate): boolean {
  const [algorithm, , keyHash, serial] = childrenOf(childrenOf(response)?.[0]) ?? [];
  const hash = hashes[oidOf(childrenOf(algorithm)?.[0]) ?? ""];
  const key = childrenOf(readDer(issuer.publicKey.export({ type: "spki", format: "der" })))?.[1]?.content.subarray(1);
  if (hash === undefined || key === undefined || keyHash === undefined) return false;
  const wanted = createHash(hash).update(key).digest("hex");
  return (
    hexOf(keyHash.content) === wanted && integerHexOf(serial) === leaf.serialNumber.toLowerCase().replace(/^0+/, "")
  );
}

function answerOf(response: Der): StapledAnswer {
  const [, status, thisUpdate, ...rest] = childrenOf(response) ?? [];
  const thisUpdateMs = generalizedTimeMsOf(thisUpdate);
  if (status === undefined || thisUpdateMs === undefined) return invalid("it is broken");
  const next = rest.find(({ tag }) => tag === derTags.context(0));
  const nextUpdateMs = generalizedTimeMsOf(childrenOf(next)?.[0]);
  const times = { thisUpdateMs, ...(nextUpdateMs !== undefined && { nextUpdateMs }) };
  if (status.tag === derTags.contextPrimitive(0)) return { status: "good", ...times };
  if (status.tag !== derTags.context(1)) return { status: "unknown", ...times };
  const revokedAtMs = generalizedTimeMsOf(childrenOf(status)?.[0]);
  return { status: "revoked", ...times, ...(revokedAtMs !== undefined && { revokedAtMs }) };
}
