import { isDrill } from "../alerting/alert-book/drill-labels.ts";
import type { BudgetView } from "../alerting/delivery/lanes/budgets.ts";
import type { Alert } from "../core/alerting/alert.ts";
import type { Incident } from "../core/alerting/incident.ts";
import type { MaintenanceRun } from "../core/alerting/maintenance.ts";
import type { OncallOverride } from "../core/alerting/oncall-override.ts";
import type { DeliveryRecord } from "../core/alerting/outbox.ts";
import type { ReportedChange } from "../core/alerting/reported-change.ts";
import { type Silence, silenceState } from "../core/alerting/silence.ts";
import type { Check, CheckTarget } from "../core/checks/check.ts";
import type { CheckState } from "../core/checks/check-state.ts";
import type { Reason } from "../core/checks/reasons.ts";
import { subjectId } from "../core/checks/result.ts";
import { alertLine, mostTellingFirst } from "../core/message/alert-words.ts";
import { type Locale, words } from "../core/message/words.ts";
import { compareSeverity, type Severity } from "../core/severity.ts";
import { type Tier, tiers } from "../core/tier.ts";
import type { EpochMs } from "../core/time/time.ts";

const deliveriesShownMs = 24 * 3_600_000;
/** An exception to a schedule that somebody made; schedule and person by their titles. */
export type OncallException = Pick<OncallOverride, "schedule" | "person" | "fromMs" | "toMs" | "comment">;

const changesShownMs = 24 * 3_600_000;

/** What the daemon knows at a moment, as its parts hold it; maps are keyed by `subjectId`. */
export type OverviewFacts = Readonly<{
  env: string;
  language: Locale;
  timeZone: string;
  startedAtMs: EpochMs;
  checks: readonly Check[];
  states: ReadonlyMap<string, CheckState>;
  lastRuns: ReadonlyMap<string, Readonly<{ atMs: EpochMs; durationMs: number }>>;
  incidents: readonly Incident[];
  alerts?: readonly Alert[];
  /** Under way now. */
  maintenance?: readonly MaintenanceRun[];
  /** The newest first. */
  changes?: readonly ReportedChange[];
  silences?: readonly Silence[];
  /** Alerts that are kept for the end of an interval. */
  heldCount?: number;
  exceptions?: readonly OncallException[];
  /** Newest first. */
  deliveries: readonly DeliveryRecord[];
  outboxPending: number;
  budgets?: readonly BudgetView[];
  /** 99th percentile of the schedule lag of late; absent before the first runs. */
  scheduleLagMs?: number;
  /** Why results are not stored now; absent while they are. */
  storeTrouble?: string;
  /** Rules that found no data since they were first judged. */
  blindRules?: readonly Readonly<{ rule: string; metrics: readonly string[] }>[];
  /** By which mode of its start the daemon sends nothing; absent where it sends. */
  sendsNothing?: SendsNothing;
}>;

/** `shadow`: what would be sent is recorded and never sent; `held`: messages wait for a start that sends. */
export type SendsNothing = "shadow" | "held";

/** States as people see them; `waiting` is a check without a first result. */
export const subjectStates = ["down", "unknown", "degraded", "waiting", "up"] as const;
export type SubjectState = (typeof subjectStates)[number];

/** One check on one target as the page and the status answer show it. */
export type SubjectView = Readonly<{
  check: string;
  title: string;
  target: string;
  tier: Tier;
  severity: Severity;
  service?: string;
  state: SubjectState;
  sinceMs?: EpochMs;
  reason?: Reason;
  detail?: string;
  flaws: readonly Readonly<{ reason: Reason; severity: Severity }>[];
  flapping: boolean;
  lastRunAtMs?: EpochMs;
  durationMs?: number;
}>;

export type TierView = Readonly<{
  tier: Tier;
  counts: Readonly<Record<SubjectState, number>>;
  /** Worst first. */
  subjects: readonly SubjectView[];
}>;

export type Overview = Readonly<{
  atMs: EpochMs;
  env: string;
  startedAtMs: EpochMs;
  counts: Readonly<Record<SubjectState, number>>;
  tiers: readonly TierView[];
  incidents: readonly Incident[];
  /** What each of them is about, in the words of its messages, by id; absent where none of its alerts is known. */
  subjects: Readonly<Record<string, string>>;
  maintenance: readonly MaintenanceRun[];
  /** Those of the last day, newest first. */
  changes: readonly ReportedChange[];
  /** Active ones, the first to end first. */
  silences: readonly Silence[];
  heldCount: number;
  /** Those that hold now. */
  exceptions: readonly OncallException[];
  /** The newest attempt of each message of the last day that was not delivered. */
  failedDeliveries: readonly DeliveryRecord[];
  outboxPending: number;
  budgets: readonly BudgetView[];
  scheduleLagMs?: number;
  storeTrouble?: string;
  blindRules: readonly Readonly<{ rule: string; metrics: readonly string[] }>[];
  sendsNothing?: SendsNothing;
}>;

/** Orders what is known for a reader: three tiers, in each the worst first. */
export function overviewOf(facts: OverviewFacts, nowMs: EpochMs): Overview {
  const subjects = facts.checks.flatMap((check) => check.targets.map((target) => viewOf(facts, check, target)));
  const incidents = facts.incidents
    .filter((incident) => incident.status !== "resolved")
    .sort((a, b) => compareSeverity(b.severity, a.severity) || b.openedAtMs - a.openedAtMs);
  return {
    atMs: nowMs,
    env: facts.env,
    startedAtMs: facts.startedAtMs,
    counts: countStates(subjects),
    tiers: tiers.map((tier) => {
      const own = subjects.filter((subject) => subject.tier === tier).sort(worstFirst);
      return { tier, counts: countStates(own), subjects: own };
    }),
    incidents,
    subjects: subjectsOf(incidents, facts),
    maintenance: facts.maintenance ?? [],
    exceptions: (facts.exceptions ?? []).filter(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs),
    changes: (facts.changes ?? []).filter(({ atMs }) => nowMs - atMs < changesShownMs),
    silences: (facts.silences ?? [])
      .filter((silence) => silenceState(silence, nowMs) === "active")
      .sort((a, b) => a.endsAtMs - b.endsAtMs),
    heldCount: facts.heldCount ?? 0,
    failedDeliveries: failedOf(facts.deliveries, nowMs),
    outboxPending: facts.outboxPending,
    budgets: facts.budgets ?? [],
    blindRules: facts.blindRules ?? [],
    ...(facts.scheduleLagMs === undefined ? {} : { scheduleLagMs: facts.scheduleLagMs }),
    ...(facts.storeTrouble === undefined ? {} : { storeTrouble: facts.storeTrouble }),
    ...(facts.sendsNothing === undefined ? {} : { sendsNothing: facts.sendsNothing }),
  };
}

/** What incidents are about, by id, in the words of messages: their gravest alert that fires, else the gravest that did. */
export function subjectsOf(
  incidents: readonly Incident[],
  { alerts = [], language }: Pick<OverviewFacts, "alerts" | "language">,
): Readonly<Record<string, string>> {
  const known = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
  const subjects: Record<string, string> = {};
  for (const { id, members, groupLabels } of incidents) {
    const [worst] = members.flatMap((member) => known.get(member) ?? []).sort(mostTellingFirst);
    const drill = isDrill(groupLabels) ? words[language].drill : "";
    if (worst !== undefined) subjects[id] = drill + alertLine(worst, language);
  }
  return subjects;
}

function viewOf(facts: OverviewFacts, check: Check, target: CheckTarget): SubjectView {
  const id = subjectId({ check: check.id, target: target.id, location: check.location });
  const state = facts.states.get(id);
  const lastRun = facts.lastRuns.get(id);
  const shown = shownState(state);
  const flaws = Object.entries(state?.flaws ?? {}) as [Reason, Severity][];
  return {
    check: check.id,
    title: check.title,
    target: target.display,
    tier: check.tier,
    severity: check.severity,
    ...(check.service === undefined ? {} : { service: check.service }),
    state: shown,
    // A degraded check has been up since then; since when it has its flaws is not known here.
    ...(state === undefined || shown === "waiting" || shown === "degraded" ? {} : { sinceMs: state.sinceMs }),
    ...(state?.headline === undefined || shown === "up" ? {} : state.headline),
    flaws: flaws
      .map(([reason, severity]) => ({ reason, severity }))
      .sort((a, b) => compareSeverity(b.severity, a.severity)),
    flapping: state?.flapping ?? false,
    ...(lastRun === undefined ? {} : { lastRunAtMs: lastRun.atMs, durationMs: lastRun.durationMs }),
  };
}

function shownState(state: CheckState | undefined): SubjectState {
  if (state === undefined) return "waiting";
  // A check that was never confirmed either way and is not blind has simply not run often enough.
  if (state.confirmed === "unknown") {
    return state.blindSinceMs === undefined && state.headline === undefined ? "waiting" : "unknown";
  }
  return state.confirmed === "up" && Object.keys(state.flaws).length > 0 ? "degraded" : state.confirmed;
}

function worstFirst(a: SubjectView, b: SubjectView): number {
  return (
    subjectStates.indexOf(a.state) - subjectStates.indexOf(b.state) ||
    (a.state === "up" ? 0 : compareSeverity(worstSeverity(b), worstSeverity(a))) ||
    (a.state === "up" ? 0 : (b.sinceMs ?? 0) - (a.sinceMs ?? 0)) ||
    (a.title < b.title ? -1 : 1)
  );
}

function worstSeverity(subject: SubjectView): Severity {
  return subject.state === "degraded" ? (subject.flaws[0]?.severity ?? "info") : subject.severity;
}

function countStates(subjects: readonly SubjectView[]): Record<SubjectState, number> {
  const counts = { down: 0, unknown: 0, degraded: 0, waiting: 0, up: 0 };
  for (const { state } of subjects) counts[state] += 1;
  return counts;
}

function failedOf(deliveries: readonly DeliveryRecord[], nowMs: EpochMs): readonly DeliveryRecord[] {
  const seen = new Set<string>();
  return deliveries.filter((delivery) => {
    if (seen.has(delivery.outboxId)) return false;
    seen.add(delivery.outboxId);
    const isFailure = delivery.outcome === "rejected" || delivery.outcome === "retryable";
    return isFailure && nowMs - delivery.atMs < deliveriesShownMs;
  });
}
