import type { CheckState, FlawTrend } from "../../core/checks/check-state.ts";
import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import type { Result } from "../../core/checks/result.ts";
import { type Severity, severities } from "../../core/severity.ts";

type FlawLevel = Severity | "none";
type FlawFacts = Required<Pick<CheckState, "flaws" | "flawTrends" | "flawDetails">>;
type LevelStep = Readonly<{ level: FlawLevel; trend: FlawTrend | undefined }>;
/** How many measured runs in a row make a flaw worse and how many ease it. */
export type FlawThresholds = Readonly<{ worseRuns: number; betterRuns: number }>;

const levels: readonly FlawLevel[] = ["none", ...severities];

/**
 * Moves the confirmed flaws on by one measured run. A flaw needs as many runs in a row as an outage to appear or to worsen (the mildest
 * severity of those runs counts) and as many as a recovery to ease or to go (the gravest counts). A down run that does not
 * mention a flaw says nothing about it, nor does one that says so.
 */
export function nextFlaws(
  state: CheckState,
  { findings, silentOn = [] }: Pick<Result, "findings" | "silentOn">,
  isDown: boolean,
  thresholds: FlawThresholds,
): FlawFacts {
  const observed = observedFlaws(findings);
  const flaws: Partial<Record<Reason, Severity>> = {};
  const trends: Partial<Record<Reason, FlawTrend>> = {};
  const details: Partial<Record<Reason, string>> = {};
  for (const reason of reasonsOf(state, observed)) {
    const seen = observed.get(reason);
    const before: FlawLevel = state.flaws[reason] ?? "none";
    const silent = seen === undefined && (isDown || silentOn.includes(reason));
    const next: LevelStep = silent
      ? { level: before, trend: state.flawTrends?.[reason] }
      : nextLevel(before, state.flawTrends?.[reason], seen?.severity ?? "none", thresholds);
    if (next.trend !== undefined) trends[reason] = next.trend;
    if (next.level === "none") continue;
    flaws[reason] = next.level;
    const detail = seen?.detail ?? state.flawDetails?.[reason];
    if (detail !== undefined) details[reason] = detail;
  }
  return { flaws, flawTrends: trends, flawDetails: details };
}

function observedFlaws(findings: readonly Finding[]): Map<Reason, { severity: Severity; detail: string }> {
  const observed = new Map<Reason, { severity: Severity; detail: string }>();
  for (const finding of findings) {
    if (finding.is !== "flaw") continue;
    const known = observed.get(finding.reason);
    if (known === undefined || rank(finding.severity) > rank(known.severity)) observed.set(finding.reason, finding);
  }
  return observed;
}

function reasonsOf(state: CheckState, observed: ReadonlyMap<Reason, unknown>): Set<Reason> {
  const known = [...Object.keys(state.flaws), ...Object.keys(state.flawTrends ?? {})] as Reason[];
  return new Set([...known, ...observed.keys()].sort());
}

function nextLevel(
  confirmed: FlawLevel,
  trend: FlawTrend | undefined,
  seen: FlawLevel,
  { worseRuns, betterRuns }: FlawThresholds,
): LevelStep {
  if (seen === confirmed) return { level: confirmed, trend: undefined };
  const worse = rank(seen) > rank(confirmed);
  const goesOn = trend !== undefined && trend.worse === worse;
  const severity = goesOn && rank(trend.severity) < rank(seen) === worse ? trend.severity : seen;
  const runs = goesOn ? trend.runs + 1 : 1;
  if (runs >= (worse ? worseRuns : betterRuns)) return { level: severity, trend: undefined };
  return { level: confirmed, trend: { worse, severity, runs } };
}

function rank(level: FlawLevel): number {
  return levels.indexOf(level);
}
