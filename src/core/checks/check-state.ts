import type { Json } from "../json.ts";
import type { Severity } from "../severity.ts";
import type { EpochMs } from "../time/time.ts";
import type { Verdict } from "./finding.ts";
import type { Reason } from "./reasons.ts";
import type { Result, SubjectKey } from "./result.ts";

/** The newest measured verdict and how many measured runs in a row gave it; unknown runs neither count nor break it. */
export type Streak = Readonly<{ verdict: "up" | "down"; runs: number }>;

/** A flaw on its way to another severity: the mildest seen while it worsens, the gravest seen while it eases. */
export type FlawTrend = Readonly<{ worse: boolean; severity: Severity | "none"; runs: number }>;

/** The confirmed state of a check on a target; `recent` holds at most 20 verdicts, newest last. */
export type CheckState = SubjectKey &
  Readonly<{
    confirmed: Verdict;
    flaws: Readonly<Partial<Record<Reason, Severity>>>;
    sinceMs: EpochMs;
    lastSlotMs: EpochMs;
    recent: readonly Verdict[];
    flapping: boolean;
    /** Absent before the first measurement. */
    streak?: Streak;
    /** Flaws that are not confirmed at their newest severity. */
    flawTrends?: Readonly<Partial<Record<Reason, FlawTrend>>>;
    /** Since when every measured run was down, confirmed or not; absent after an up run. */
    failingSinceMs?: EpochMs;
    /** The good run just before that; absent where unknown runs lie between. */
    lastWellMs?: EpochMs;
    /** Details of the confirmed flaws, for messages. */
    flawDetails?: Readonly<Partial<Record<Reason, string>>>;
    /** The last 20 runs, newest in the lowest bit: 1 where the measured verdict changed. */
    changeBits?: number;
    /** The last 20 measured runs, newest in the lowest bit: 1 where the target was down; kept only for a failure window. */
    downBits?: number;
    /** An outage was confirmed before or while it flaps: its alert goes on until the flapping ends. */
    heldDown?: true;
    /** Since when every run was unknown; absent after a measurement. */
    blindSinceMs?: EpochMs;
    /** First words of the newest bad result, for messages and pages. */
    headline?: Readonly<{ reason: Reason; detail: string }>;
    /** What the target said when it failed, for messages; kept while it fails in the same way. */
    quote?: string;
    memory?: Json;
  }>;

/** The pure transition of a check's state; `confirming` asks the scheduler to probe again at retry_interval. */
export type NextCheckState = (
  state: CheckState,
  result: Result,
  nowMs: EpochMs,
) => Readonly<{ state: CheckState; confirming: boolean }>;
