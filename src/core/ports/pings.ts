import type { Finding } from "../checks/finding.ts";
import type { ResolvedAddress } from "./resolver.ts";

/** Echo requests to one address. */
export type PingRequest = Readonly<{
  to: ResolvedAddress;
  packets: number;
  spacingMs: number;
  /** How long the last reply is waited for. */
  replyWithinMs: number;
  payloadBytes: number;
  /** Hops that a request may take; absent: the system's own number. */
  hopLimit?: number;
  /** IPv4: routers may not cut the packet into pieces. */
  dontFragment: boolean;
  /** The whole has to be over by then. */
  limitMs: number;
}>;

/** A reply; its time is absent where the payload is too small to carry one. */
export type PingReply = Readonly<{ rttMs?: number; hopLimit?: number }>;

export type PingOutcome =
  | Readonly<{
      ok: true;
      sent: number;
      replies: readonly PingReply[];
      /** What others than the target answered, such as a router that knows no way. */
      complaints: readonly string[];
    }>
  | Readonly<{ ok: false; finding: Finding }>;

export interface Pings {
  /** Sends echo requests and waits for the replies; never throws for an expected failure. */
  ping(request: PingRequest, signal: AbortSignal): Promise<PingOutcome>;
}
