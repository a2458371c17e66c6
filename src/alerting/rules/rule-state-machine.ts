import type { Comparison, JudgementOutcome, NextRuleState, RuleState } from "../../core/alerting/rule-kind.ts";
import { compareSeverity, type Severity, severities } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { ConfiguredRule } from "./configured-rule.ts";

type Outcome = Severity | "ok";
type Since = Readonly<Partial<Record<Severity, EpochMs>>>;

const bucketMs = 60_000;
/** After a pause of ours the first samples are not in a completed bucket yet: missing data does not fire before. */
const noDataForMs = 2 * bucketMs;

/**
 * Makes the pure transition of a rule's state: `for` and k of n before it fires (per severity: a condition that holds at a graver severity
 * holds at the milder ones, too), `keep_firing_for` after, and the policy for no data. `no_reference` and `error` move nothing;
 * `low_volume` counts as ok.
 */
export function ruleStateMachine(rule: ConfiguredRule): NextRuleState {
  return (state, { outcome, value, comparison }, nowMs) => {
    const effective = effectiveOutcome(rule, state, outcome);
    const missingSinceMs = outcome === "no_data" ? (state.missingSinceMs ?? nowMs) : undefined;
    if (effective === undefined) return missingSinceMs === undefined ? state : { ...state, missingSinceMs };
    // Nearly all label sets are well nearly always, and there may be very many.
    if (effective === "ok" && missingSinceMs === undefined && isAtRest(rule, state)) return state;
    const recent = recentWith(rule, state, effective, nowMs);
    const since: Partial<Record<Severity, EpochMs>> = {};
    for (const severity of rule.rule.severities)
      if (holds(rule, recent, effective, severity)) since[severity] = state.activeSinceMs?.[severity] ?? nowMs;
    const leastMs = outcome === "no_data" ? noDataForMs + (isNothing(state) ? windowOf(rule, nowMs) : 0) : 0;
    const phase = moved({ rule, state, leastMs }, since, nowMs);
    const heldBy = heldByOf(rule, state, { phase, outcome: effective });
    return assembled(state, phase, {
      ...(heldBy === undefined ? {} : { heldBy }),
      recent,
      ...(rule.kOfN === undefined ? {} : { recentAtMs: nowMs }),
      ...(missingSinceMs === undefined ? {} : { missingSinceMs }),
      ...(value === undefined ? {} : { value }),
      ...(comparison === undefined ? {} : { comparison }),
      ...balanced(rule, { before: state.balance, phase, comparison }, nowMs),
    });
  };
}

/** A rule that never found a series has a state without labels. */
export function isNothing({ labels }: Pick<RuleState, "labels">): boolean {
  return Object.keys(labels).length === 0;
}

/** How far the newest value of a rule looks back: what it reads comes at least so often. */
function windowOf({ rule }: ConfiguredRule, nowMs: EpochMs): number {
  return Math.max(0, ...rule.needs(nowMs).map(({ stepMs }) => stepMs));
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

function isAtRest({ kOfN }: ConfiguredRule, state: RuleState): boolean {
  return (
    kOfN === undefined && state.status === "inactive" && state.missingSinceMs === undefined && state.recent.length === 0
  );
}

const noneRecent: RuleState["recent"] = [];

/** Rules may be judged several times a minute on the same completed bucket; each bucket counts once. */
function recentWith(
  { kOfN }: ConfiguredRule,
  { recent, recentAtMs }: RuleState,
  outcome: Outcome,
  nowMs: EpochMs,
): RuleState["recent"] {
  if (kOfN === undefined) return noneRecent;
  const isSameBucket = recentAtMs !== undefined && Math.floor(recentAtMs / bucketMs) === Math.floor(nowMs / bucketMs);
  const before = isSameBucket ? recent.slice(0, -1) : recent;
  return [...before, outcome].slice(-kOfN.n);
}

function holds({ kOfN }: ConfiguredRule, recent: RuleState["recent"], outcome: Outcome, severity: Severity): boolean {
  if (kOfN === undefined) return reaches(outcome, severity);
  return recent.filter((past) => reaches(past, severity)).length >= kOfN.k;
}

function reaches(outcome: Outcome, severity: Severity): boolean {
  return outcome !== "ok" && compareSeverity(outcome, severity) >= 0;
}

/** Where a state stands between nothing and firing. */
type Phase = Pick<
  RuleState,
  "status" | "severity" | "activeAtMs" | "activeSinceMs" | "firedAtMs" | "recoveringSinceMs"
>;

/** What a state moves by; nothing fires before it has held for `leastMs`, however short its `for`. */
type Moving = Readonly<{ rule: ConfiguredRule; state: Phase; leastMs: number }>;

function moved({ rule, state, leastMs }: Moving, since: Since, nowMs: EpochMs): Phase {
  const elapsed = severities.findLast((severity) => {
    const sinceMs = since[severity];
    return sinceMs !== undefined && nowMs - sinceMs >= Math.max(rule.forMs[severity], leastMs);
  });
  if (state.severity === undefined)
    return elapsed === undefined ? waiting(since) : firing(state, elapsed, since, nowMs);
  const isGraver = elapsed !== undefined && compareSeverity(elapsed, state.severity) > 0;
  if (isGraver) return firing(state, elapsed, since, nowMs);
  if (since[state.severity] !== undefined) return firing(state, state.severity, since, nowMs);
  return easing(rule, state, since, nowMs);
}

function firing(state: Phase, severity: Severity, since: Since, nowMs: EpochMs): Phase {
  const firedAtMs = state.firedAtMs ?? nowMs;
  return { status: "firing", severity, firedAtMs, activeAtMs: earliest(since) ?? nowMs, activeSinceMs: since };
}

function easing(rule: ConfiguredRule, state: Phase, since: Since, nowMs: EpochMs): Phase {
  const recoveringSinceMs = state.recoveringSinceMs ?? nowMs;
  if (nowMs - recoveringSinceMs < rule.keepFiringForMs)
    return { ...state, status: "recovering", recoveringSinceMs, activeSinceMs: since };
  const milder = severities.findLast((severity) => since[severity] !== undefined);
  return milder === undefined ? waiting(since) : firing(state, milder, since, nowMs);
}

function waiting(since: Since): Phase {
  const activeAtMs = earliest(since);
  if (activeAtMs === undefined) return { status: "inactive" };
  return { status: "pending", activeAtMs, activeSinceMs: since };
}

/** By which condition it held last. Where that condition itself saw that it no longer does, it is a recovery whatever is edited meanwhile. */
function heldByOf(
  { condition }: ConfiguredRule,
  { heldBy }: RuleState,
  { phase: { status, severity }, outcome }: Readonly<{ phase: Phase; outcome: Outcome }>,
): string | undefined {
  if (severity === undefined) return undefined;
  if (status === "firing") return heldBy === undefined || reaches(outcome, severity) ? condition : heldBy;
  return heldBy === condition ? undefined : heldBy;
}

type Balancing = Readonly<{ before: RuleState["balance"]; phase: Phase; comparison: Comparison | undefined }>;

/** A comparison of windows counts the first one whole, and of each later one what is new in it. */
function balanced(
  { form: { perMs } }: ConfiguredRule,
  { before, phase, comparison }: Balancing,
  nowMs: EpochMs,
): Pick<RuleState, "balance"> {
  if (perMs === undefined || phase.status === "inactive") return {};
  if (comparison === undefined) return before === undefined ? {} : { balance: before };
  const difference = comparison.measured - comparison.usual;
  if (before === undefined) return { balance: { sum: difference, untilMs: nowMs } };
  const newMs = Math.min(Math.max(0, nowMs - before.untilMs), perMs);
  return { balance: { sum: before.sum + (difference * newMs) / perMs, untilMs: nowMs } };
}

type Measured = Pick<
  RuleState,
  "balance" | "recent" | "recentAtMs" | "missingSinceMs" | "value" | "comparison" | "heldBy"
>;

function assembled(state: RuleState, phase: Phase, measured: Measured): RuleState {
  const { rule, fingerprint, labels } = state;
  const { status, severity, activeAtMs, activeSinceMs, firedAtMs, recoveringSinceMs } = phase;
  return {
    rule,
    fingerprint,
    labels,
    status,
    ...(severity === undefined ? {} : { severity }),
    ...(activeAtMs === undefined ? {} : { activeAtMs }),
    ...(activeSinceMs === undefined ? {} : { activeSinceMs }),
    ...(firedAtMs === undefined ? {} : { firedAtMs }),
    ...(recoveringSinceMs === undefined ? {} : { recoveringSinceMs }),
    ...(state.expected === undefined ? {} : { expected: state.expected }),
    ...measured,
  };
}

function earliest(since: Since): EpochMs | undefined {
  let first: EpochMs | undefined;
  for (const severity of severities) {
    const sinceMs = since[severity];
    if (sinceMs !== undefined && (first === undefined || sinceMs < first)) first = sinceMs;
  }
  return first;
}
