import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { HeldAlert } from "../../core/alerting/held-alert.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { MaintenanceRun } from "../../core/alerting/maintenance.ts";
import type { OncallOverride } from "../../core/alerting/oncall-override.ts";
import type { ReportedChange } from "../../core/alerting/reported-change.ts";
import type { RuleState } from "../../core/alerting/rule-kind.ts";
import type { ShadowNotice } from "../../core/alerting/shadow-notice.ts";
import type { Silence } from "../../core/alerting/silence.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import { type Result, type SubjectKey, subjectId } from "../../core/checks/result.ts";
import type { Series } from "../../core/checks/series.ts";
import type { Said } from "../../core/message/said.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { Change, Loaded } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertTransition, End } from "../alert-book/alert-book.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { dropOldChanges, newestFirst, tellChanges } from "../changes/recent-changes.ts";
import { checkDemands } from "../check-alerts/check-demands.ts";
import { heldDecisions } from "../check-alerts/held-decisions.ts";
import { initialCheckState } from "../check-state/check-state-machine.ts";
import type { Standing, Telling } from "../delivery/outcome/succession.ts";
import { endDrills, nextDrillMs } from "../drills/end-drills.ts";
import { escalate } from "../escalation/chain/escalate.ts";
import type { EscalationConfig } from "../escalation/escalation-config.ts";
import { nextHandoverMs } from "../escalation/oncall/hand-over.ts";
import { type Unconfirmed, unconfirmedOf } from "../escalation/people/confirm-address.ts";
import { standingOf } from "../escalation/telling/standing.ts";
import { nextReleaseMs, releaseHeld } from "../holding/release-held.ts";
import { maintain, nextMaintenanceMs, underWay } from "../maintenance/maintaining.ts";
import type { DueRule } from "../rules/rule-book.ts";
import type { Action } from "./action.ts";
import { watchBlindness } from "./blindness.ts";
import { noteTime } from "./clock-step.ts";
import { collectChange } from "./collect-change.ts";
import { type EngineState, emptyEngineState } from "./engine-state.ts";
import { flushGroups } from "./flush-groups.ts";
import { judgeRule } from "./judge-rule.ts";
import { checkSource } from "./reconcile.ts";
import { endRegistries, isToldByRegistries, raiseRegistries } from "./registries.ts";
import { reload, restore } from "./take-up.ts";
import { passTransitions } from "./transitions.ts";
import { summedUp, troubleDemand, troubleSource } from "./trouble.ts";

/** Tells the scheduler whether a subject is to be probed again soon. */
export type Confirm = Readonly<{ subject: SubjectKey; confirming: boolean }>;

/** What the pages show. */
export type AlertingSnapshot = Readonly<{
  checkStates: readonly CheckState[];
  ruleStates: readonly RuleState[];
  alerts: readonly Alert[];
  groups: readonly AlertGroup[];
  /** Incidents that are not resolved. */
  incidents: readonly Incident[];
  /** Pending, active and lately expired ones. */
  silences: readonly Silence[];
  /** Under way now. */
  maintenance: readonly MaintenanceRun[];
  /** The newest first. */
  changes: readonly ReportedChange[];
  /** What routes keep for the end of an interval. */
  held: readonly HeldAlert[];
  /** Exceptions to schedules, also some that are over. */
  overrides: readonly OncallOverride[];
  /** What was told by the old system, and would have been here, in shadow mode. */
  shadowNotices: readonly ShadowNotice[];
}>;

/**
 * Judges results and rule inputs, and says what is to be stored and sent. Every step is synchronous and returns one change that has
 * to be committed whole and in order; nothing is kept that the changes do not carry, so a restart changes nothing.
 */
export interface AlertingEngine {
  /** Takes over what the store has; returns what the config of today (that of the beginning where none is given) makes of it. To be called once, before all else. */
  restore(loaded: Loaded, nowMs: EpochMs, config?: AlertingConfig): Change;
  /** Judges results in their order; those of removed checks and of slots that are not newer are left out of the change. */
  onResults(results: readonly Result[], nowMs: EpochMs): Readonly<{ change: Change; confirms: readonly Confirm[] }>;
  /** Rules that are due, with the queries whose answers `onRuleInputs` wants. */
  dueQueries(nowMs: EpochMs): readonly DueRule[];
  /** Judges one rule on the answers to its queries. */
  onRuleInputs(rule: string, inputs: readonly (readonly Series[])[], nowMs: EpochMs): Change;
  /** Does everything that is due by time: blindness, the end of old trouble, groups that speak. */
  flush(nowMs: EpochMs): Change;
  /** When `flush` is due next; undefined while nothing waits. */
  nextWakeMs(): EpochMs | undefined;
  /** When `dueQueries` gives rules next; undefined without rules. */
  nextRuleMs(nowMs: EpochMs): EpochMs | undefined;
  /** Swaps the config whole and keeps all state of what did not change. */
  reload(config: AlertingConfig, nowMs: EpochMs): Change;
  /**
   * Raises or ends trouble of the daemon itself with one of its components (`storage` is critical, all else a warning). The detail of an
   * end says what it came to; empty where nobody counted.
   */
  trouble(component: string, isOn: boolean, detail: Said, nowMs: EpochMs): Change;
  /** Does what a person or a pipeline asks for; its change is to be committed before they are answered. */
  perform<T>(action: Action<T>, nowMs: EpochMs): Readonly<{ outcome: T; change: Change }>;
  snapshot(): AlertingSnapshot;
  /** People, policies, and schedules with the exceptions that people made to them. */
  escalation(): EscalationConfig;
  /** How an alert stands for whom it is told: whether that is still to be told. */
  standingOf(fingerprint: string, telling: Telling): Standing;
  /** People by whose own addresses nobody was ever reached. */
  unconfirmed(): readonly Unconfirmed[];
}

/** Makes an engine that knows its config and has seen nothing. */
export function createAlertingEngine(config: AlertingConfig, deps: Readonly<{ ids: IdSource }>): AlertingEngine {
  const state = emptyEngineState(config);
  return {
    restore: (loaded, nowMs, today = config) => restore(state, loaded, nowMs, today),
    onResults: (results, nowMs) => onResults(state, results, nowMs),
    dueQueries(nowMs) {
      noteTime(state, nowMs);
      return state.rules.due(nowMs);
    },
    onRuleInputs(rule, inputs, nowMs) {
      noteTime(state, nowMs);
      const decisions = passTransitions(state, judgeRule(state, rule, inputs, nowMs), nowMs);
      return collectChange(state, { decisions });
    },
    flush(nowMs) {
      noteTime(state, nowMs);
      const decisions = passTransitions(
        state,
        [...sweepBlind(state, nowMs), ...endTrouble(state, nowMs), ...endDrills(state, nowMs)],
        nowMs,
      );
      const released = releaseHeld(state, deps.ids, nowMs);
      const flushed = flushGroups(state, deps.ids, nowMs);
      const escalated = escalate(state, flushed, deps.ids, nowMs);
      state.silences.dropOld(nowMs);
      dropOldChanges(state, nowMs);
      const maintained = maintain(state, deps.ids, nowMs);
      return collectChange(state, {
        outbox: [...released.outbox, ...tellChanges(state, escalated.outbox, nowMs), ...maintained.outbox],
        decisions: [decisions, released.decisions, flushed.decisions, escalated.decisions, maintained.decisions].flat(),
      });
    },
    nextWakeMs: () => nextWakeMs(state),
    nextRuleMs: (nowMs) => state.rules.nextDueMs(nowMs),
    reload: (next, nowMs) => reload(state, next, nowMs),
    trouble(component, isOn, detail, nowMs) {
      noteTime(state, nowMs);
      const source = troubleSource(component);
      const known = state.troubles.get(component);
      if (!isOn && known !== undefined)
        state.alerts.demand(source, [summedUp(known, detail, state.config)], nowMs, cured);
      if (isOn) state.troubles.set(component, { component, detail });
      else state.troubles.delete(component);
      const demands = isOn ? [troubleDemand({ component, detail }, state.config)] : [];
      const transitions = state.alerts.demand(source, demands, nowMs, cured);
      return collectChange(state, { decisions: passTransitions(state, transitions, nowMs) });
    },
    perform(action, nowMs) {
      noteTime(state, nowMs);
      const { outcome, ...output } = action({ state, nowMs, ids: deps.ids });
      return { outcome, change: collectChange(state, output) };
    },
    escalation: () => state.config.escalation,
    standingOf: (fingerprint, telling) => standingOf(state, fingerprint, telling),
    unconfirmed: () => unconfirmedOf(state),
    snapshot: () => snapshotOf(state),
  };
}

function snapshotOf(state: EngineState): AlertingSnapshot {
  return {
    checkStates: state.checkStates.values(),
    ruleStates: state.rules.states(),
    alerts: state.alerts.all(),
    groups: state.groups.all(),
    incidents: state.incidents.values(),
    silences: state.silences.all(),
    maintenance: underWay(state),
    changes: newestFirst(state.changes.values()),
    held: [...state.held.values()],
    overrides: state.overrides.values(),
    shadowNotices: state.shadowNotices.values(),
  };
}

const cured: End = { because: "the trouble is over" };
const unreported: End = { kind: "unreported", because: "not reported again since the restart" };

function onResults(
  state: EngineState,
  results: readonly Result[],
  nowMs: EpochMs,
): Readonly<{ change: Change; confirms: readonly Confirm[] }> {
  noteTime(state, nowMs);
  const accepted: Result[] = [];
  const transitions: AlertTransition[] = [];
  const held: Decision[] = [];
  const confirms = new Map<string, Confirm>();
  for (const result of results) {
    const id = subjectId(result);
    const subject = state.subjects.get(id);
    if (subject === undefined) continue;
    const before = state.checkStates.get(id) ?? initialCheckState(subject.key, nowMs);
    const { state: after, confirming } = subject.next(before, result, nowMs);
    confirms.set(id, { subject: subject.key, confirming });
    if (after === before) continue;
    accepted.push(result);
    state.checkStates.set(id, after);
    watchBlindness(state, id, after, nowMs);
    held.push(...heldDecisions(subject, before, after, nowMs));
    if (before.streak === undefined && after.streak !== undefined)
      transitions.push(...endRegistries(state, subject, nowMs));
    const demands = checkDemands(subject, after, nowMs, isToldByRegistries(state, subject));
    transitions.push(...state.alerts.demand(checkSource(id), demands, nowMs, { because: "the target is well again" }));
  }
  const decisions = [...held, ...passTransitions(state, transitions, nowMs)];
  return { change: collectChange(state, { results: accepted, decisions }), confirms: [...confirms.values()] };
}

function sweepBlind(state: EngineState, nowMs: EpochMs): AlertTransition[] {
  const due = state.blind.takeDue(nowMs);
  const told = raiseRegistries(state, due, nowMs);
  const own = due.flatMap((id) => {
    const subject = state.subjects.get(id);
    const checkState = state.checkStates.get(id);
    if (subject === undefined || checkState === undefined) return [];
    const demands = checkDemands(subject, checkState, nowMs, isToldByRegistries(state, subject));
    return state.alerts.demand(checkSource(id), demands, nowMs, { because: "measured again" });
  });
  return [...told, ...own];
}

function endTrouble(state: EngineState, nowMs: EpochMs): AlertTransition[] {
  return [...state.troubles.values()].flatMap(({ component, untilMs }) => {
    if (untilMs === undefined || untilMs > nowMs) return [];
    state.troubles.delete(component);
    return state.alerts.demand(troubleSource(component), [], nowMs, unreported);
  });
}

function nextWakeMs(state: EngineState): EpochMs | undefined {
  const times: EpochMs[] = [];
  const flushMs = state.groups.nextFlushMs();
  if (flushMs !== undefined) times.push(flushMs);
  for (const { untilMs } of state.troubles.values()) if (untilMs !== undefined) times.push(untilMs);
  const releaseMs = nextReleaseMs(state, state.newestMs);
  if (releaseMs !== undefined && Number.isFinite(releaseMs)) times.push(releaseMs);
  const maintenanceMs = nextMaintenanceMs(state, state.newestMs);
  if (maintenanceMs !== undefined) times.push(maintenanceMs);
  for (const dueMs of [state.incidents.nextDueMs(), nextHandoverMs(state), nextDrillMs(state)])
    if (dueMs !== undefined) times.push(dueMs);
  const blindMs = state.blind.nextMs();
  if (blindMs !== undefined) times.push(blindMs);
  return times.length === 0 ? undefined : Math.min(...times);
}
