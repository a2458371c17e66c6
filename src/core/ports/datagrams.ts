import type { Finding } from "../checks/finding.ts";
import type { EpochMs } from "../time/time.ts";
import type { ResolvedAddress } from "./resolver.ts";

/** One question over UDP. */
export type DatagramQuestion = Readonly<{
  remote: ResolvedAddress;
  port: number;
  bytes: Uint8Array;
  /** Tells the answer from what others send to our port: only what it takes ends the waiting. */
  accept(bytes: Uint8Array): boolean;
}>;

/** The answer with this machine's wall clock when the question left and when the answer came, or why there is none. */
export type DatagramAnswer = Readonly<
  { ok: true; bytes: Uint8Array; sentAtMs: EpochMs; receivedAtMs: EpochMs } | { ok: false; finding: Finding }
>;

export interface Datagrams {
  /** Sends once, from a fresh port, and waits for the answer until the signal aborts; never throws for an expected failure. */
  ask(question: DatagramQuestion, signal: AbortSignal): Promise<DatagramAnswer>;
}
