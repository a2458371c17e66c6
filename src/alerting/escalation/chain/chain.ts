import type { Escalation, EscalationPolicy, EscalationStep } from "../../../core/alerting/escalation.ts";
import type { Severity } from "../../../core/severity.ts";
import type { EpochMs } from "../../../core/time/time.ts";

const recheckMs = 30_000;
/** What the policies of older versions say of another critical alert. */
const defaultRingAgainMs = 900_000;

/** What a chain does next, and when. */
export type NextMove =
  | Readonly<{ kind: "step"; index: number; step: EscalationStep; atMs: EpochMs }>
  | Readonly<{ kind: "repeat"; atMs: EpochMs }>;

/** Begins a chain: its steps count from now. */
export function beginChain(policy: EscalationPolicy, severity: Severity, nowMs: EpochMs): Escalation {
  return { policy, severity, sinceMs: nowMs, round: 0, done: [] };
}

/**
 * What the chain does next; undefined when it has come to its end. While somebody has taken the incident only steps go on that
 * nothing but its end stops, and the chain does not begin again. After its last step it begins again when the policy says so, and for
 * what has joined since.
 */
export function nextMove(escalation: Escalation, isTaken: boolean): NextMove | undefined {
  const { policy, sinceMs, done } = escalation;
  const pending = policy.steps.flatMap((step, index) => (done.includes(index) ? [] : [{ step, index }]));
  const next = isTaken ? pending.find(({ step }) => step.until === "resolved") : pending[0];
  if (next !== undefined) return { kind: "step", ...next, atMs: sinceMs + next.step.atMs };
  if (isTaken || pending.length > 0) return undefined;
  const atMs = againAtMs(escalation);
  return atMs === undefined ? undefined : { kind: "repeat", atMs };
}

function againAtMs({ policy, sinceMs, joinedAtMs }: Escalation): EpochMs | undefined {
  const lastMs = sinceMs + (policy.steps.at(-1)?.atMs ?? 0);
  const times = [
    ...(policy.repeatMs === undefined ? [] : [lastMs + policy.repeatMs]),
    ...(joinedAtMs === undefined ? [] : [Math.max(joinedAtMs, lastMs + (policy.ringAgainMs ?? defaultRingAgainMs))]),
  ];
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Notes that what a person has to hear of has joined; the moment of the first of it stays. */
export function withJoined(escalation: Escalation, nowMs: EpochMs): Escalation {
  return escalation.joinedAtMs === undefined ? { ...escalation, joinedAtMs: nowMs } : escalation;
}

/** Notes that people have been told of all that has joined. */
export function joinedTold({ joinedAtMs: _told, ...escalation }: Escalation): Escalation {
  return escalation;
}

/** Takes a step, or passes it over. */
export function stepDone(escalation: Escalation, index: number): Escalation {
  return { ...escalation, done: [...escalation.done, index] };
}

/** Begins the next round at a moment. */
export function beginAgain(escalation: Escalation, atMs: EpochMs): Escalation {
  return { ...joinedTold(escalation), sinceMs: atMs, round: escalation.round + 1, done: [] };
}

/** Makes the next step due now where it would have waited; after the last one the chain begins again now. What follows keeps its distance. */
export function hurry(escalation: Escalation, nowMs: EpochMs): Escalation {
  const move = nextMove(escalation, false);
  return move?.kind === "step" && move.atMs <= nowMs ? escalation : goOnNow(escalation, nowMs);
}

/** Lets a chain that was stopped go on now with its next step, and what follows at its distance; after the last step it begins again. */
export function goOnNow({ pausedSinceMs: _stoodStill, ...escalation }: Escalation, nowMs: EpochMs): Escalation {
  const move = nextMove(escalation, false);
  if (move?.kind !== "step") return beginAgain(escalation, nowMs);
  return { ...escalation, sinceMs: nowMs - move.step.atMs };
}

/** Lets the chain stand still from when it was due. */
export function pauseChain(escalation: Escalation, dueMs: EpochMs): Escalation {
  return escalation.pausedSinceMs === undefined ? { ...escalation, pausedSinceMs: dueMs } : escalation;
}

/**
 * When a chain that stands still or is muffled is asked again: when the clock may let more of it be told, else every half a minute,
 * counted from a moment that is stored, so that a restart changes nothing.
 */
export function askAgainMs(escalation: Escalation | undefined, moreAtMs: EpochMs, nowMs: EpochMs): EpochMs {
  const fromMs = escalation?.pausedSinceMs ?? escalation?.sinceMs ?? nowMs;
  const asked = Math.floor((nowMs - fromMs) / recheckMs);
  return Math.min(fromMs + (asked + 1) * recheckMs, Math.max(moreAtMs, nowMs + 1));
}

/** Lets a chain that stood still go on with the distances it had. */
export function resumeChain(escalation: Escalation, nowMs: EpochMs): Escalation {
  const { pausedSinceMs = nowMs, ...rest } = escalation;
  return { ...rest, sinceMs: rest.sinceMs + Math.max(0, nowMs - pausedSinceMs) };
}
