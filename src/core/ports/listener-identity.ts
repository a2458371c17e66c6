import type { EpochMs } from "../time/time.ts";

/** What one of our own listeners shows in a TLS handshake, proved to fit together. */
export type ListenerIdentity = Readonly<{
  /** PEM, leaf first. */
  cert: string;
  key: string;
  /** Roots of the client certificates that are wanted; absent: none is asked for. */
  ca?: string;
  /** Differs when anything of it does. */
  fingerprint: string;
  /** End of the leaf's time. */
  expiresAtMs: EpochMs;
}>;
