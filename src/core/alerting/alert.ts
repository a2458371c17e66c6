import type { Labels } from "../labels.ts";
import type { EpochMs } from "../time/time.ts";

/** One step of the way from a cause to what people notice: who it is about and when it began; outlives its alert. */
export type ChainLink = Readonly<{
  fingerprint: string;
  atMs: EpochMs;
  labels: Labels;
  annotations: Readonly<Record<string, string>>;
}>;

/** Why an alert is not told on its own: it belongs to the incident of its cause. */
export type Explanation = Readonly<{
  /** Fingerprint of the alert whose incident it joined. */
  root: string;
  /** From the root to the direct cause. */
  chain: readonly ChainLink[];
  sinceMs: EpochMs;
  /** Keys of the groups that tell it together with the root. */
  groups: readonly string[];
  /** When the root ended while the alert went on. */
  endedAtMs?: EpochMs;
  /** When it became an alert that is told on its own again. */
  releasedAtMs?: EpochMs;
}>;

/** How an alert ended that did not recover: what people are told then must not sound as if it had. */
export type AlertEnding = "removed" | "gone" | "reconfigured" | "no_data" | "unreported" | "drill_over";

/** Rule × label set; exists from the first firing until it is resolved and told. */
export type Alert = Readonly<{
  fingerprint: string;
  labels: Labels;
  /** Flat, for messages: summary, detail, runbook …; never part of the identity. */
  annotations: Readonly<Record<string, string>>;
  status: "firing" | "resolved";
  startsAtMs: EpochMs;
  /** When what it is about began, before that was confirmed; the start when absent. */
  beganAtMs?: EpochMs;
  /** It fires because nothing was measured: it says nothing about its target. */
  unmeasured?: true;
  /** Since when it waits for a pending cause. */
  heldSinceMs?: EpochMs;
  explanation?: Explanation;
  endsAtMs?: EpochMs;
  /** Why it ended; absent while it fires and where it recovered. */
  ending?: AlertEnding;
  updatedAtMs: EpochMs;
  value?: number;
}>;

/** When what an alert is about began, which may be before that was confirmed. */
export function beganAtMs({ beganAtMs: beganMs, startsAtMs }: Pick<Alert, "beganAtMs" | "startsAtMs">): EpochMs {
  return beganMs ?? startsAtMs;
}
