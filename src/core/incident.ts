import type { Labels } from "./labels.ts";
import type { Severity } from "./severity.ts";
import type { EpochMs } from "./time.ts";

/** One line of an incident's timeline. */
export type IncidentEvent = Readonly<{ atMs: EpochMs; kind: string; detail: string; by?: string }>;

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
  timeline: readonly IncidentEvent[];
}>;
