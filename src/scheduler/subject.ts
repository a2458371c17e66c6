import type { Check, CheckTarget } from "../core/checks/check.ts";
import type { RunTrigger, SubjectKey } from "../core/checks/result.ts";
import type { Json } from "../core/json.ts";
import type { EpochMs } from "../core/time/time.ts";
import type { Candidate } from "./admission.ts";
import type { OpenProbe } from "./open-probe.ts";
import type { Run } from "./runner.ts";
import { type SlotPlan, slotPlan } from "./slots.ts";
import { stableHash } from "./stable-hash.ts";

/** What is stored of a subject from before: its newest slot and what its probe remembers. */
export type Seed = SubjectKey & Readonly<{ lastSlotMs: EpochMs; memory?: Json }>;

/** A run that is planned: its key slot, and when it starts. */
export type PlannedRun = Readonly<{ slotMs: EpochMs; startMs: EpochMs; trigger: RunTrigger; rerun?: boolean }>;

export type ActiveRun = Readonly<{
  planned: PlannedRun;
  candidate: Candidate;
  run: Run;
  startedAtMs: EpochMs;
  opened: OpenProbe;
}>;

/** One check on one target as the scheduler holds it; only the scheduler changes it. */
export type Subject = {
  readonly id: string;
  readonly key: SubjectKey;
  readonly check: Check;
  readonly target: CheckTarget;
  /** Equal signatures mean that nothing about the subject changed. */
  readonly signature: string;
  readonly plan: SlotPlan;
  readonly opened: OpenProbe;
  /** Newest slot that was run or missed. */
  lastSlotMs: EpochMs;
  memory: Json | undefined;
  /** Next slot of the plan. */
  regular: PlannedRun | undefined;
  /** A catch-up, a retry or an arrival that comes before the next slot of the plan. */
  extra: PlannedRun | undefined;
  waiting: Readonly<{ planned: PlannedRun; candidate: Candidate }> | undefined;
  active: ActiveRun | undefined;
  /** Newest run that ended: retries count from it. */
  lastRun: Readonly<{ slotMs: EpochMs; startedAtMs: EpochMs }> | undefined;
  /** Something arrived while a run was under way. */
  arrivedMeanwhile: boolean;
};

/** Signature of what a probe is opened with: checks of equal ones share it. */
export function probeSignature(check: Check): string {
  return signatureOf([check.id, check.probe, check.options]);
}

/** Signature of all that a run depends on; titles, labels, severities and thresholds can change without touching a run. */
export function subjectSignature(check: Check, target: CheckTarget): string {
  const { schedule, jitterMs, timeoutMs, retryIntervalMs } = check;
  return signatureOf([probeSignature(check), schedule, jitterMs, timeoutMs, retryIntervalMs ?? null, target]);
}

/** A hash and not the text: ten thousand texts would be kept for nothing. */
function signatureOf(value: unknown): string {
  const text = JSON.stringify(value);
  return `${stableHash(text)}-${text.length}`;
}

/** Makes a subject that is not planned yet; `anchorMs` is the moment from which a plan of arrivals counts. */
export function newSubject(
  key: SubjectKey,
  source: Readonly<{ id: string; check: Check; target: CheckTarget; signature: string; opened: OpenProbe }>,
  anchorMs: EpochMs,
): Subject {
  return {
    ...source,
    key,
    plan: slotPlan(source.check.schedule, key.check, key.target, anchorMs),
    lastSlotMs: Number.NEGATIVE_INFINITY,
    memory: undefined,
    regular: undefined,
    extra: undefined,
    waiting: undefined,
    active: undefined,
    lastRun: undefined,
    arrivedMeanwhile: false,
  };
}
