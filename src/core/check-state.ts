import type { Verdict } from "./finding.ts";
import type { Json } from "./json.ts";
import type { Reason } from "./reasons.ts";
import type { Result, SubjectKey } from "./result.ts";
import type { Severity } from "./severity.ts";
import type { EpochMs } from "./time.ts";

/** The confirmed state of a check on a target; `recent` holds at most 20 verdicts, newest last. */
export type CheckState = SubjectKey &
  Readonly<{
    confirmed: Verdict;
    flaws: Readonly<Partial<Record<Reason, Severity>>>;
    sinceMs: EpochMs;
    lastSlotMs: EpochMs;
    recent: readonly Verdict[];
    flapping: boolean;
    /** Since when every run was unknown; absent after a measurement. */
    blindSinceMs?: EpochMs;
    /** First words of the newest bad result, for messages and pages. */
    headline?: Readonly<{ reason: Reason; detail: string }>;
    memory?: Json;
  }>;

/** The pure transition of a check's state; `confirming` asks the scheduler to probe again at retry_interval. */
export type NextCheckState = (
  state: CheckState,
  result: Result,
  nowMs: EpochMs,
) => Readonly<{ state: CheckState; confirming: boolean }>;
