import type { JudgementOutcome, NextRuleState, RuleState } from "../../core/rule-kind.ts";
import { compareSeverity, type Severity, severities } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time.ts";
import type { ConfiguredRule } from "./configured-rule.ts";

type Outcome = Severity | "ok";
type Since = Readonly<Partial<Record<Severity, EpochMs>>>;

const bucketMs = 60_000;

/**
 * Makes the pure transition of a rule's state: `for` and k of n before it fires (per severity: a condition that holds at a graver severity
 * holds at the milder ones, too), `keep_firing_for` after, and the policy for no data. `no_reference` and `error` move nothing;
 * `low_volume` counts as ok.
 */
export function ruleStateMachine(rule: ConfiguredRule): NextRuleState {
  return (state, { outcome, value }, nowMs) => {
    const effective = effectiveOutcome(rule, state, outcome);
    const missing = outcome === "no_data" ? { missingSinceMs: state.missingSinceMs ?? nowMs } : {};
    if (effective === undefined) return outcome === "no_data" ? { ...state, ...missing } : state;
    const { missingSinceMs: _back, value: _old, ...known } = state;
    const measured: RuleState = {
      ...known,
      ...missing,
      ...(value === undefined ? {} : { value }),
      ...recentWith(rule, state, effective, nowMs),
    };
    const holding = rule.rule.severities.filter((severity) => holds(rule, measured, effective, severity));
    const since: Partial<Record<Severity, EpochMs>> = {};
    for (const severity of holding) since[severity] = state.activeSinceMs?.[severity] ?? nowMs;
    return moved(rule, measured, since, nowMs);
  };
}

/** The state of a label set that was never judged. */
export function initialRuleState({
  rule,
  fingerprint,
  labels,
}: Pick<RuleState, "rule" | "fingerprint" | "labels">): RuleState {
  return { rule, fingerprint, labels, status: "inactive", recent: [] };
}

function effectiveOutcome(rule: ConfiguredRule, state: RuleState, outcome: JudgementOutcome): Outcome | undefined {
  if (outcome === "no_reference" || outcome === "error") return undefined;
  if (outcome === "low_volume" || outcome === "off") return "ok";
  if (outcome !== "no_data") return outcome;
  if (rule.onNoData === "keep") return undefined;
  return rule.onNoData === "resolve" ? "ok" : (state.severity ?? rule.rule.severities[0] ?? "warning");
}

/** Rules may be judged several times a minute on the same completed bucket; each bucket counts once. */
function recentWith(
  { kOfN }: ConfiguredRule,
  { recent, recentAtMs }: RuleState,
  outcome: Outcome,
  nowMs: EpochMs,
): Pick<RuleState, "recent" | "recentAtMs"> {
  if (kOfN === undefined) return { recent: [] };
  const isSameBucket = recentAtMs !== undefined && Math.floor(recentAtMs / bucketMs) === Math.floor(nowMs / bucketMs);
  const before = isSameBucket ? recent.slice(0, -1) : recent;
  return { recent: [...before, outcome].slice(-kOfN.n), recentAtMs: nowMs };
}

function holds({ kOfN }: ConfiguredRule, { recent }: RuleState, outcome: Outcome, severity: Severity): boolean {
  if (kOfN === undefined) return reaches(outcome, severity);
  return recent.filter((past) => reaches(past, severity)).length >= kOfN.k;
}

function reaches(outcome: Outcome, severity: Severity): boolean {
  return outcome !== "ok" && compareSeverity(outcome, severity) >= 0;
}

function moved(rule: ConfiguredRule, state: RuleState, since: Since, nowMs: EpochMs): RuleState {
  const elapsed = severities.findLast((severity) => {
    const sinceMs = since[severity];
    return sinceMs !== undefined && nowMs - sinceMs >= rule.forMs[severity];
  });
  if (state.severity === undefined)
    return elapsed === undefined ? waiting(state, since) : firing(state, elapsed, since, nowMs);
  const isGraver = elapsed !== undefined && compareSeverity(elapsed, state.severity) > 0;
  if (isGraver) return firing(state, elapsed, since, nowMs);
  if (since[state.severity] !== undefined) return firing(state, state.severity, since, nowMs);
  return easing(rule, state, since, nowMs);
}

function firing(state: RuleState, severity: Severity, since: Since, nowMs: EpochMs): RuleState {
  const { recoveringSinceMs: _holdsAgain, ...rest } = state;
  const firedAtMs = state.firedAtMs ?? nowMs;
  return { ...rest, status: "firing", severity, firedAtMs, activeAtMs: earliest(since) ?? nowMs, activeSinceMs: since };
}

function easing(rule: ConfiguredRule, state: RuleState, since: Since, nowMs: EpochMs): RuleState {
  const recoveringSinceMs = state.recoveringSinceMs ?? nowMs;
  if (nowMs - recoveringSinceMs < rule.keepFiringForMs)
    return { ...state, status: "recovering", recoveringSinceMs, activeSinceMs: since };
  const milder = severities.findLast((severity) => since[severity] !== undefined);
  return milder === undefined ? waiting(state, since) : firing(state, milder, since, nowMs);
}

function waiting(state: RuleState, since: Since): RuleState {
  const { severity: _s, firedAtMs: _f, recoveringSinceMs: _r, activeAtMs: _a, activeSinceMs: _n, ...rest } = state;
  const activeAtMs = earliest(since);
  if (activeAtMs === undefined) return { ...rest, status: "inactive" };
  return { ...rest, status: "pending", activeAtMs, activeSinceMs: since };
}

function earliest(since: Since): EpochMs | undefined {
  const times = Object.values(since);
  return times.length === 0 ? undefined : Math.min(...times);
}
