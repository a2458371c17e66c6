import type { Severity } from "../severity.ts";
import type { Tier } from "../tier.ts";
import type { EpochMs } from "../time/time.ts";

/** A step of a policy: whom to tell, how long after the incident opened, and on which conditions. */
export type EscalationStep = Readonly<{
  atMs: number;
  /** References: a receiver, `oncall/<schedule>`, `oncall/<schedule>+<n>`, `person/<id>`. */
  notify: readonly string[];
  tiers?: readonly Tier[];
  severities?: readonly Severity[];
  /** Names of time intervals. */
  during?: readonly string[];
  until: "acknowledged" | "resolved";
}>;

/** What is done while nobody takes an incident. */
export type EscalationPolicy = Readonly<{
  id: string;
  title: string;
  steps: readonly EscalationStep[];
  /** After its last step the chain begins again so much later; never when absent. */
  repeatMs?: number;
  acknowledgementLastsMs: Readonly<Partial<Record<Severity, number>>>;
  /** For another critical alert the chain begins again so long after its last step at the earliest; absent in what older versions stored. */
  ringAgainMs?: number;
}>;

/** How far an incident's chain has got; the policy is the one of the moment it began, whatever the config says since. */
export type Escalation = Readonly<{
  policy: EscalationPolicy;
  /** Severity of the incident when the chain began. */
  severity: Severity;
  /** How grave what still fires and may be told is, where that is milder than `severity` and nobody has taken the incident. */
  sunkTo?: Severity;
  /** Something graver than `sunkTo` fires and is muted: it is asked again whether it may be told. */
  isMuffled?: true;
  /** What the times of the steps count from in this round. */
  sinceMs: EpochMs;
  /** How often the chain has begun again. */
  round: number;
  /** Positions of the steps of this round that were taken or passed over. */
  done: readonly number[];
  /** Another critical alert has joined since then, of which no step has told anybody yet. */
  joinedAtMs?: EpochMs;
  /** The chain stands still since then, because nothing that may be told fires. */
  pausedSinceMs?: EpochMs;
}>;

/** Somebody has taken an incident. */
export type Acknowledgement = Readonly<{
  /** As people write it. */
  by: string;
  /** Id of the person, where it is known. */
  person?: string;
  atMs: EpochMs;
  /** The chain goes on then; absent: not before the incident ends. */
  untilMs?: EpochMs;
  /** Put off until a certain time, not worked on. */
  isSnooze?: true;
}>;

/** A destination that was told that an incident fires, and when last. */
export type ToldDestination = Readonly<{
  receiver: string;
  recipient?: string;
  atMs: EpochMs;
  /** For somebody who learns. */
  isCopy?: true;
  /** Nobody took the call. */
  answer?: "none";
  /** What it knows of the incident's alerts, as `alerting/incidents/knowledge.ts` alone writes and reads it. */
  knows: string;
}>;
