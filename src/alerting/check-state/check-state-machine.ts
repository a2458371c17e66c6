import type { Check } from "../../core/check.ts";
import type { CheckState, NextCheckState, Streak } from "../../core/check-state.ts";
import { headlineOf } from "../../core/finding.ts";
import type { Result, SubjectKey } from "../../core/result.ts";
import type { EpochMs } from "../../core/time.ts";
import { isFlapping, pushChange } from "./flapping.ts";
import { nextFlaws } from "./flaw-states.ts";

/** What of a check decides how its state moves. */
export type StateSettings = Pick<Check, "failureThreshold" | "successThreshold" | "retryIntervalMs">;

const recentRuns = 20;

/** The state of a subject that has never run. */
export function initialCheckState({ check, target, location }: SubjectKey, nowMs: EpochMs): CheckState {
  return {
    check,
    target,
    location,
    confirmed: "unknown",
    flaws: {},
    sinceMs: nowMs,
    lastSlotMs: Number.MIN_SAFE_INTEGER,
    recent: [],
    flapping: false,
  };
}

/**
 * Makes the pure transition for a check: `failureThreshold` down runs in a row confirm an outage, `successThreshold` up runs in
 * a row end it (a subject that was never measured is up at its first good run), unknown runs move nothing but begin blindness.
 * A result whose slot is not newer than the last one returns the same state object.
 */
export function checkStateMachine(settings: StateSettings): NextCheckState {
  return (state, result, nowMs) => {
    if (result.slotMs <= state.lastSlotMs) return { state, confirming: isConfirming(state, settings) };
    const next =
      result.verdict === "unknown" ? afterUnknown(state, result, nowMs) : afterMeasured(state, result, nowMs, settings);
    return { state: next, confirming: isConfirming(next, settings) };
  };
}

function afterUnknown(state: CheckState, result: Result, nowMs: EpochMs): CheckState {
  const changeBits = pushChange(state.changeBits ?? 0, false);
  return {
    ...advanced(state, result),
    blindSinceMs: state.blindSinceMs ?? nowMs,
    changeBits,
    flapping: isFlapping(changeBits, state.flapping),
  };
}

function afterMeasured(state: CheckState, result: Result, nowMs: EpochMs, settings: StateSettings): CheckState {
  const verdict = result.verdict === "down" ? "down" : "up";
  const streak = nextStreak(state.streak, verdict, settings);
  const changeBits = pushChange(state.changeBits ?? 0, state.streak !== undefined && state.streak.verdict !== verdict);
  const confirmed = confirmedBy(state, streak, settings);
  const thresholds = { worseRuns: settings.failureThreshold, betterRuns: settings.successThreshold };
  const { blindSinceMs: _measuredAgain, ...moved } = advanced(state, result);
  return {
    ...moved,
    ...nextFlaws(state, result.findings, verdict === "down", thresholds),
    confirmed,
    sinceMs: confirmed === state.confirmed ? state.sinceMs : nowMs,
    streak,
    changeBits,
    flapping: isFlapping(changeBits, state.flapping),
  };
}

function advanced(state: CheckState, result: Result): CheckState {
  const finding = result.headline ?? headlineOf(result.findings);
  const hidesOutage = state.confirmed === "down" && finding?.is !== "down";
  const memory = result.memory ?? state.memory;
  return {
    ...state,
    lastSlotMs: result.slotMs,
    recent: [...state.recent, result.verdict].slice(-recentRuns),
    ...(memory === undefined ? {} : { memory }),
    ...(finding === undefined || hidesOutage ? {} : { headline: { reason: finding.reason, detail: finding.detail } }),
  };
}

/** Counts no further than a threshold can ask, so that a steady subject has a steady state and costs no write. */
function nextStreak(
  streak: Streak | undefined,
  verdict: Streak["verdict"],
  { failureThreshold, successThreshold }: StateSettings,
): Streak {
  const runs = streak?.verdict === verdict ? streak.runs + 1 : 1;
  return { verdict, runs: Math.min(runs, Math.max(failureThreshold, successThreshold)) };
}

function confirmedBy(state: CheckState, streak: Streak, settings: StateSettings): CheckState["confirmed"] {
  if (streak.verdict === "down") return streak.runs >= settings.failureThreshold ? "down" : state.confirmed;
  if (state.confirmed === "unknown") return "up";
  return streak.runs >= settings.successThreshold ? "up" : state.confirmed;
}

/** One unknown run in between does not end the haste, two do: what cannot be measured must not be probed ever faster. */
function isConfirming({ streak, confirmed, recent }: CheckState, settings: StateSettings): boolean {
  if (settings.retryIntervalMs === undefined || streak === undefined || streak.verdict === confirmed) return false;
  return recent.at(-1) !== "unknown" || recent.at(-2) !== "unknown";
}
