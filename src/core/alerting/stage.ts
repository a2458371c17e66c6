import type { EpochMs } from "../time/time.ts";

/** Why a stage let an alert through or not; appended to the alert's trail and stored with the transition: explain reads it. */
export type Decision = Readonly<{
  atMs: EpochMs;
  stage: string;
  outcome: "pass" | "hold" | "mute" | "explain" | "drop";
  /** Fingerprint of the alert, or id of the incident or notification, that was decided on. */
  subject: string;
  because: string;
  by?: string;
}>;

/** One pipeline step: synchronous and pure. */
export interface Stage<S, I, O> {
  run(state: S, input: I, nowMs: EpochMs): Readonly<{ state: S; output: O; decisions: readonly Decision[] }>;
}
