import type { Socket } from "node:net";
import type { Finding } from "../checks/finding.ts";
import type { ResolvedAddress } from "./resolver.ts";

export type Dialled =
  | Readonly<{ ok: true; socket: Socket; remote: ResolvedAddress }>
  | Readonly<{ ok: false; finding: Finding }>;

export interface Dialer {
  /** Opens one TCP connection to the first of `addresses` that answers, each given a fair part of the time; the signal reaches the socket. */
  connect(addresses: readonly ResolvedAddress[], port: number, signal: AbortSignal): Promise<Dialled>;
}
