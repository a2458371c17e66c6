import type { Finding } from "../checks/finding.ts";
import type { ResolvedAddress } from "./resolver.ts";
import type { TlsFacts, TlsTrust } from "./tls.ts";

/** How TLS is begun on a wire. */
export type WireTls = Readonly<{
  trust: TlsTrust;
  /** Name asked for and judged. */
  serverName: string;
  /** Ask the server for an OCSP answer about its certificate. */
  stapling?: boolean;
}>;

/** What came of TLS; the facts are there also when a finding says that they are not accepted. */
export type WireSecured = Readonly<{
  tls?: TlsFacts;
  /** Why the wire must not be used; then it is closed. */
  finding?: Finding;
  /** What else is wrong with the certificate. */
  further?: readonly Finding[];
}>;

/** Bytes in the order they came, the end of them, or why there will be none. */
export type Received = Readonly<{ bytes: Uint8Array } | { end: true } | { finding: Finding }>;

/** One connection, for one conversation at a time; everything ends when the signal it was dialled with aborts. */
export interface Wire {
  /** Undefined where no address led there: over a socket in the filesystem. */
  readonly remote: ResolvedAddress | undefined;
  /** Waits for the next bytes, at most 64 KiB; nothing more is taken from the network than is asked for. */
  receive(): Promise<Received>;
  /** Hands bytes over to the system; the finding says why that was not possible. */
  send(bytes: Uint8Array): Promise<Finding | undefined>;
  /** Begins TLS; bytes that came before it and were not received are refused, as nobody knows whose they are. */
  secure(tls: WireTls): Promise<WireSecured>;
  close(): void;
}

export type Wired = Readonly<{ ok: true; wire: Wire } | { ok: false; finding: Finding }>;

export interface Wires {
  /** Connects to the first of `addresses` that answers; never throws for an expected failure. */
  dial(addresses: readonly ResolvedAddress[], port: number, signal: AbortSignal): Promise<Wired>;
  /** Connects to the socket at a path of this machine; never throws for an expected failure. */
  dialPath(path: string, signal: AbortSignal): Promise<Wired>;
}
