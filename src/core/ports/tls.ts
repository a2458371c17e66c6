import type { EpochMs } from "../time/time.ts";

/** Lowest TLS version that is accepted; below 1.2 the cipher and key floors are lowered too. */
export const tlsVersions = ["1.0", "1.1", "1.2", "1.3"] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** How a TLS peer is judged; equal settings share one context. */
export type TlsTrust = Readonly<{
  /** PEM file with the only roots to trust; absent: the runtime's roots. */
  caPath?: string;
  /** PEM files of our own certificate chain and its key. */
  certificatePath?: string;
  keyPath?: string;
  minVersion: TlsVersion;
  /** True: offers a hybrid key exchange first, as browsers do. */
  postQuantum: boolean;
  /** False: chain and name are recorded and not judged. */
  verify: boolean;
}>;

/** One certificate as the peer sent it. */
export type CertificateFacts = Readonly<{
  subject: string;
  issuer: string;
  /** Lower-case hex. */
  serial: string;
  /** SHA-256, lower-case hex without separators. */
  fingerprint: string;
  dnsNames: readonly string[];
  validFromMs: EpochMs;
  validToMs: EpochMs;
  selfIssued: boolean;
  /** Its signature or key is below today's floor. */
  weak: boolean;
}>;

/** What the server says about the revocation of its certificate, by an OCSP answer of its issuer. */
export type StapledAnswer = Readonly<{
  /** `unknown`: the issuer does not know the certificate; `invalid`: the answer cannot be read or verified. */
  status: "good" | "revoked" | "unknown" | "invalid";
  /** Why the answer is invalid. */
  detail?: string;
  thisUpdateMs?: EpochMs;
  nextUpdateMs?: EpochMs;
  revokedAtMs?: EpochMs;
}>;

/** What a handshake showed; there even when verification failed. */
export type TlsFacts = Readonly<{
  /** As blackbox_exporter writes it: `TLS 1.3`. */
  version: string;
  /** IANA name: `TLS_AES_128_GCM_SHA256`. */
  cipher: string;
  /** As sent, leaf first; empty when the handshake ended before. */
  chain: readonly CertificateFacts[];
  /** Earliest expiry on the verified chain, its root included; absent when nothing was verified. */
  verifiedExpiryMs?: EpochMs;
  /** Absent when it was not asked for, or the server staples none. */
  stapled?: StapledAnswer;
}>;
