import type { Finding } from "../checks/finding.ts";
import type { ResolvedAddress } from "./resolver.ts";
import type { TlsFacts, TlsTrust } from "./tls.ts";

/** One call of one message. */
export type GrpcCall = Readonly<{
  addresses: readonly ResolvedAddress[];
  port: number;
  /** Whom the server is asked to be: a host and its port. */
  authority: string;
  /** `/package.Service/Method`. */
  path: string;
  message: Uint8Array;
  metadata: readonly (readonly [name: string, value: string])[];
  /** Absent: nothing is encrypted. */
  tls?: Readonly<{ trust: TlsTrust; serverName: string }>;
}>;

/** What came back; the status is gRPC's number, also where only HTTP answered. @see https://github.com/grpc/grpc/blob/master/doc/statuscodes.md */
export type GrpcReply = Readonly<{
  remote?: ResolvedAddress;
  tls?: TlsFacts;
  outcome: Readonly<{ status: number; detail: string; message?: Uint8Array } | { finding: Finding }>;
}>;

export interface GrpcCalls {
  /** Connects, calls once and closes; never throws for an expected failure. */
  call(
    call: GrpcCall,
    enter: (phase: "connect" | "tls" | "processing") => void,
    signal: AbortSignal,
  ): Promise<GrpcReply>;
}
