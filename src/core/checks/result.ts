import type { Json } from "../json.ts";
import type { EpochMs } from "../time/time.ts";
import type { Finding, Verdict } from "./finding.ts";
import type { Sample } from "./metric.ts";
import type { Phase } from "./phases.ts";
import type { Reason } from "./reasons.ts";

/** Identifies one run; slotMs grows strictly per (check, target, location): planned start of a scheduled run, of a retry, or moment of an arrival. */
export type RunKey = Readonly<{ check: string; target: string; location: string; slotMs: EpochMs }>;
/** Identifies one check on one target seen from one location. */
export type SubjectKey = Omit<RunKey, "slotMs">;

/** What a probe returned: no finding means up; `memory` (JSON of at most 4 KiB) is handed to the next run. */
export type Observation = Readonly<{
  findings: readonly Finding[];
  /** Flaws that this run says nothing of though it was up: those of before stay as they are. */
  silentOn?: readonly Reason[];
  samples: readonly Sample[];
  evidence?: Json;
  memory?: Json;
}>;

export const runTriggers = ["schedule", "retry", "arrival", "manual"] as const;
export type RunTrigger = (typeof runTriggers)[number];

/** An observation plus timing, identity and verdict; what is persisted. */
export type Result = RunKey &
  Observation &
  Readonly<{
    trigger: RunTrigger;
    verdict: Verdict;
    headline?: Finding;
    startedAtMs: EpochMs;
    durationMs: number;
    phasesMs: Readonly<Partial<Record<Phase, number>>>;
  }>;

export const missedReasons = ["overload", "suspended", "shutdown", "reload"] as const;
/** Slots that were due and did not run, as one range. */
export type Missed = SubjectKey &
  Readonly<{ fromSlotMs: EpochMs; toSlotMs: EpochMs; count: number; reason: (typeof missedReasons)[number] }>;

/** Joins a subject key into one map key; ids are ASCII and locations never hold a newline. */
export function subjectId(key: SubjectKey): string {
  return `${key.check}\n${key.target}\n${key.location}`;
}
