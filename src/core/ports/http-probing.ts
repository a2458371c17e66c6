import type { Finding } from "../finding.ts";
import type { Phase } from "../phases.ts";
import type { EpochMs } from "../time.ts";
import type { ResolvedAddress } from "./resolver.ts";

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
}>;

export type HttpHeader = readonly [name: string, value: string];

/** Where a proxy stands; credentials go to it and to nobody else. */
export type HttpProxy = Readonly<{ host: string; port: number; authorization?: string }>;

/** One request on one fresh connection. */
export type HttpExchangeRequest = Readonly<{
  /** http or https, without credentials and fragment. */
  url: URL;
  method: string;
  headers: readonly HttpHeader[];
  body?: string;
  /** Addresses of the server, or of the proxy when there is one; the first that answers is taken. */
  addresses: readonly ResolvedAddress[];
  port: number;
  proxy?: HttpProxy;
  trust: TlsTrust;
  /** Name asked for and judged in TLS. */
  serverName: string;
  /** Cap of the header section in bytes. */
  headerLimitBytes: number;
  /** Cap of the body, as sent and decoded. */
  bodyLimitBytes: number;
  /** Says which phase begins now. */
  phase(name: Phase): void;
}>;

export type HttpResponse = Readonly<{
  status: number;
  statusText: string;
  /** `1.0`, `1.1`. */
  version: string;
  headers: readonly HttpHeader[];
  /** Decoded bytes, at most `bodyLimitBytes`. */
  body: Uint8Array;
  /** True when there was more than `bodyLimitBytes` and the rest was not read. */
  cut: boolean;
}>;

/** What came of an exchange; a finding says why it ended early, and the parts that were reached stay. */
export type HttpExchange = Readonly<{
  finding?: Finding;
  remote?: ResolvedAddress;
  tls?: TlsFacts;
  response?: HttpResponse;
}>;

export interface HttpProbing {
  /** Makes one HTTP/1.1 exchange over a fresh connection; follows nothing, reuses nothing, never throws for an expected failure. */
  exchange(request: HttpExchangeRequest, signal: AbortSignal): Promise<HttpExchange>;
}
