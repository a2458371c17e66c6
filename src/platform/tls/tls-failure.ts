import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { Reason } from "../../core/checks/reasons.ts";
import { messageOf } from "../../core/errors.ts";
import type { CertificateFacts } from "../../core/ports/tls.ts";
import { codeOf, isSocketFailure, type Outage, socketFailure } from "../net/socket-failure.ts";

const down = (reason: Reason, detail: string): Outage => ({ is: "down", reason, phase: "tls", detail });

const verifyReasons: Readonly<Record<string, Reason>> = {
  CERT_HAS_EXPIRED: "tls_expired",
  CERT_NOT_YET_VALID: "tls_not_yet_valid",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls_self_signed",
  CERT_REVOKED: "tls_revoked",
  HOSTNAME_MISMATCH: "tls_hostname",
};

/** Judges OpenSSL's verification error on a chain as it was sent. @see https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/ */
export function verificationFinding(code: string, chain: readonly CertificateFacts[]): Outage {
  const leaf = chain[0];
  const reason = verifyReasons[code];
  if (reason === "tls_expired")
    return down(
      reason,
      validity(chain, "expired", ({ validToMs }) => -validToMs),
    );
  if (reason === "tls_not_yet_valid") {
    return down(
      reason,
      validity(chain, "is valid only from", ({ validFromMs }) => validFromMs),
    );
  }
  if (reason !== undefined) return down(reason, `certificate "${leaf?.subject ?? ""}" is not accepted: ${code}`);
  // Node has no names for OpenSSL's codes of weak keys and digests.
  const weak = /TOO_(?:WEAK|SMALL)|UNSPECIFIED/.test(code) ? chain.find((certificate) => certificate.weak) : undefined;
  if (weak !== undefined) return down("tls_weak", `the key or signature of certificate "${weak.subject}" is too weak`);
  if (chain.length === 1 && leaf?.selfIssued === false && /^UNABLE_TO_(?:VERIFY|GET)/.test(code)) {
    return down(
      "tls_incomplete_chain",
      `only the certificate itself was sent: "${leaf.issuer}", which issued it, was not and is no trusted root (browsers may hide this)`,
    );
  }
  const end = `the chain ends in "${chain.at(-1)?.issuer ?? ""}"`;
  if (/ISSUER|SELF_SIGNED|VERIFY_LEAF/.test(code))
    return down("tls_untrusted", `${end}, which is not trusted: ${code}`);
  return down("tls_untrusted", `the chain is not accepted: ${code}; ${end}`);
}

/** Names the certificate with the greatest value: the one that expired first, or begins last. */
function validity(
  chain: readonly CertificateFacts[],
  what: "expired" | "is valid only from",
  by: (certificate: CertificateFacts) => number,
): string {
  const worst = chain.toSorted((a, b) => by(b) - by(a))[0];
  if (worst === undefined) return `a certificate of the chain ${what} another time`;
  const atMs = what === "expired" ? worst.validToMs : worst.validFromMs;
  return `certificate "${worst.subject}" ${what} ${new Date(atMs).toISOString()}`;
}

/** Checks that the peer's certificate is for this name; names in the subject count for nothing, as in browsers. @see RFC 9525 */
export function hostnameFinding(
  leaf: X509Certificate | undefined,
  serverName: string,
  dnsNames: readonly string[],
): Outage | undefined {
  const matched =
    isIP(serverName) === 0
      ? leaf?.checkHost(serverName, { subject: "never", partialWildcards: false })
      : leaf?.checkIP(serverName);
  if (matched !== undefined) return undefined;
  const names = dnsNames.slice(0, 8).join(", ");
  return down(
    "tls_hostname",
    `the certificate is not for "${serverName}" but for ${names === "" ? "no DNS name" : names}`,
  );
}

const noTls = "the other end does not speak TLS on this port";
const clientCertificate = "the other end does not accept our client certificate";
/** OpenSSL's names change between versions in their prefix (`SSLV3_ALERT_`, `SSL/TLS_ALERT_` …): the end counts. */
const handshakeDetails: readonly (readonly [ending: RegExp, detail: string])[] = [
  [/(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/, noTls],
  [/EXCESSIVE_MESSAGE_SIZE$/, "the other end sends more certificates than a client takes (100 KB)"],
  [/NO_APPLICATION_PROTOCOL$/, "the other end does not offer the protocol we ask for (ALPN)"],
  [/CERTIFICATE_REQUIRED$/, "the other end asks for a client certificate"],
  [/(?:BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED)$/, clientCertificate],
  [
    /HANDSHAKE_FAILURE$/,
    "no common cipher or key exchange (tls.post_quantum offers another), or the other end wants a client certificate",
  ],
];

const weakCodes =
  /(?:UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|TOO_SMALL|TOO_WEAK|INSUFFICIENT_SECURITY|UNSAFE_LEGACY_\w+)$/;

/** True for errors of OpenSSL, which a peer can also cause after the handshake. */
export function isTlsError(error: unknown): boolean {
  return /^ERR_(?:SSL|TLS)_/.test(codeOf(error));
}

/** Judges an error that ended the handshake, or TLS after it. */
export function handshakeFinding(error: unknown): Outage {
  const code = codeOf(error);
  if (isSocketFailure(error)) {
    const failure = socketFailure(error);
    return { ...failure, phase: "tls", detail: `${failure.detail} during the TLS handshake` };
  }
  if (weakCodes.test(code)) {
    const detail = `the other end offers only TLS that is too old or too weak (${code}); tls.min_version lowers the floor`;
    return down("tls_weak", detail);
  }
  const detail = handshakeDetails.find(([ending]) => ending.test(code))?.[1];
  return down(
    "tls_handshake",
    detail === undefined ? `TLS failed: ${code || messageOf(error)}` : `${detail} (${code})`,
  );
}
