import type { Labels } from "../labels.ts";
import type { Severity } from "../severity.ts";
import type { EpochMs } from "../time/time.ts";
import type { ChainLink } from "./alert.ts";
import type { Acknowledgement, Escalation, ToldDestination } from "./escalation.ts";

/** One line of an incident's timeline. */
export type IncidentEvent = Readonly<{
  atMs: EpochMs;
  kind: string;
  detail: string;
  /** Who did it. */
  by?: string;
  /** Where that was done: `api`, `cli`, `page`. */
  via?: string;
}>;

/** What explains an incident that was told before its cause was: it stays an incident of its own. */
export type IncidentCause = Readonly<{
  /** From the cause to what people notice. */
  chain: readonly ChainLink[];
  foundAtMs: EpochMs;
  /** Another cause was found before. */
  isChange?: true;
  /** When whoever knows of the incident is to hear: after the group's wait, and not sooner than its interval after such news. */
  dueMs: EpochMs;
  /** When they heard. */
  toldAtMs?: EpochMs;
  /** All of the incident was muted when it was due: they hear when that is over, by the clock at the moment named. */
  muted?: Readonly<{ untilMs?: EpochMs }>;
  /** It is over and nothing else was found. */
  isOver?: true;
}>;

/** One human problem opened by firing alerts of one group. */
export type Incident = Readonly<{
  id: string;
  groupKey: string;
  receiver: string;
  groupLabels: Labels;
  status: "open" | "acknowledged" | "resolved";
  severity: Severity;
  openedAtMs: EpochMs;
  resolvedAtMs?: EpochMs;
  /** Fingerprints of its alerts, firing or not. */
  members: readonly string[];
  /** Of the members: those that belong to another incident by now. */
  left?: readonly string[];
  timeline: readonly IncidentEvent[];
  /** Absent without a policy. */
  escalation?: Escalation;
  /** How many of the members were asked for their policy. */
  considered?: number;
  acknowledgement?: Acknowledgement;
  /** Id of the person who is to see to it. */
  assignee?: string;
  /** Who was told by steps and actions, besides the receivers of its groups. */
  told?: readonly ToldDestination[];
  cause?: IncidentCause;
}>;
