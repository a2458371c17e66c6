import type { Check } from "../../core/checks/check.ts";
import type { CheckState, NextCheckState, Streak } from "../../core/checks/check-state.ts";
import { type Finding, headlineOf } from "../../core/checks/finding.ts";
import type { Result, SubjectKey } from "../../core/checks/result.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isFlapping } from "./flapping.ts";
import { nextFlaws } from "./flaw-states.ts";
import { countRuns, pushRun, ringRuns } from "./run-ring.ts";

/** What of a check decides how its state moves. */
export type StateSettings = Pick<
  Check,
  "failureThreshold" | "failureWindow" | "successThreshold" | "retryIntervalMs" | "flapDetection"
>;

const recentRuns = ringRuns;

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
 * Makes the pure transition for a check: `failureThreshold` down runs in a row (or of the last `failureWindow` measured ones) confirm
 * an outage, `successThreshold` up runs in a row end it once the window does not hold it any more (a subject that was never measured
 * is up at its first good run), unknown runs move nothing but begin blindness.
 * A result whose slot is not newer than the last one returns the same state object.
 */
export function checkStateMachine(settings: StateSettings): NextCheckState {
  return (state, result, nowMs) => {
    if (result.slotMs <= state.lastSlotMs) return { state, confirming: isConfirming(state, settings) };
    const next =
      result.verdict === "unknown"
        ? afterUnknown(state, result, nowMs, settings)
        : afterMeasured(state, result, nowMs, settings);
    return { state: next, confirming: isConfirming(next, settings) };
  };
}

function afterUnknown(state: CheckState, result: Result, nowMs: EpochMs, settings: StateSettings): CheckState {
  const changeBits = pushRun(state.changeBits ?? 0, false);
  return {
    ...advanced(state, result),
    blindSinceMs: state.blindSinceMs ?? nowMs,
    changeBits,
    ...nextFlap(state, changeBits, state.confirmed, settings),
  };
}

function afterMeasured(state: CheckState, result: Result, nowMs: EpochMs, settings: StateSettings): CheckState {
  const verdict = result.verdict === "down" ? "down" : "up";
  const streak = nextStreak(state.streak, verdict, settings);
  const changeBits = pushRun(state.changeBits ?? 0, state.streak !== undefined && state.streak.verdict !== verdict);
  const downBits = pushRun(state.downBits ?? 0, verdict === "down");
  const confirmed = confirmedBy(state, streak, downBits, settings);
  const thresholds = { worseRuns: settings.failureThreshold, betterRuns: settings.successThreshold };
  const { blindSinceMs: _measuredAgain, downBits: _before, ...rest } = advanced(state, result);
  const { failingSinceMs: _over, lastWellMs: _past, ...moved } = rest;
  return {
    ...moved,
    ...nextFlaws(state, result, verdict === "down", thresholds),
    confirmed,
    sinceMs: confirmed === state.confirmed ? state.sinceMs : nowMs,
    streak,
    ...(verdict === "down" ? failingSince(state, nowMs) : {}),
    changeBits,
    ...(settings.failureWindow === undefined ? {} : { downBits }),
    ...nextFlap(state, changeBits, confirmed, settings),
  };
}

/** Since when it fails, and when it was last seen well. */
function failingSince(
  { failingSinceMs, lastWellMs, recent, lastSlotMs }: CheckState,
  nowMs: EpochMs,
): Pick<CheckState, "failingSinceMs" | "lastWellMs"> {
  const wellMs = failingSinceMs === undefined && recent.at(-1) === "up" ? lastSlotMs : lastWellMs;
  return { failingSinceMs: failingSinceMs ?? nowMs, ...(wellMs === undefined ? {} : { lastWellMs: wellMs }) };
}

/** Once an outage is confirmed while the subject flaps (or was, when it began to), it is held until the flapping ends. */
function nextFlap(
  state: CheckState,
  changeBits: number,
  confirmed: CheckState["confirmed"],
  { flapDetection }: StateSettings,
): Pick<CheckState, "flapping" | "heldDown"> {
  const flapping = flapDetection !== false && isFlapping(changeBits, state.flapping);
  const held = flapping && (confirmed === "down" || state.confirmed === "down" || state.heldDown === true);
  return { flapping, ...(held ? { heldDown: true } : {}) };
}

function advanced(state: CheckState, result: Result): CheckState {
  const { heldDown: _decidedAnew, quote, ...rest } = state;
  const finding = result.headline ?? headlineOf(result.findings);
  const hidesOutage = state.confirmed === "down" && finding?.is !== "down";
  const said = hidesOutage || finding === undefined ? quote : quoteFor(finding, state, result);
  const memory = result.memory ?? state.memory;
  return {
    ...rest,
    lastSlotMs: result.slotMs,
    recent: [...state.recent, result.verdict].slice(-recentRuns),
    ...(memory === undefined ? {} : { memory }),
    ...(said === undefined ? {} : { quote: said }),
    ...(finding === undefined || hidesOutage ? {} : { headline: { reason: finding.reason, detail: finding.detail } }),
  };
}

/** A page that says another number or time in each answer is no news. */
function quoteFor(finding: Finding, { headline, quote }: CheckState, { evidence }: Result): string | undefined {
  if (finding.is !== "down") return undefined;
  if (quote !== undefined && headline?.reason === finding.reason && headline.detail === finding.detail) return quote;
  const said = typeof evidence === "object" && evidence !== null && "quote" in evidence ? evidence["quote"] : undefined;
  return typeof said === "string" ? said : undefined;
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

function confirmedBy(
  state: CheckState,
  streak: Streak,
  downBits: number,
  { failureThreshold, failureWindow, successThreshold }: StateSettings,
): CheckState["confirmed"] {
  const windowHolds = failureWindow !== undefined && countRuns(downBits, failureWindow) >= failureThreshold;
  if (streak.verdict === "down") {
    const isDown = failureWindow === undefined ? streak.runs >= failureThreshold : windowHolds;
    return isDown ? "down" : state.confirmed;
  }
  if (state.confirmed === "unknown") return "up";
  return streak.runs >= successThreshold && !windowHolds ? "up" : state.confirmed;
}

/** One unknown run in between does not end the haste, two do: what cannot be measured must not be probed ever faster. */
function isConfirming({ streak, confirmed, recent }: CheckState, settings: StateSettings): boolean {
  if (settings.retryIntervalMs === undefined || streak === undefined || streak.verdict === confirmed) return false;
  return recent.at(-1) !== "unknown" || recent.at(-2) !== "unknown";
}
