import type { Decision } from "../../core/alerting/stage.ts";
import { subjectId } from "../../core/checks/result.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertTransition, End } from "../alert-book/alert-book.ts";
import { checkDemands } from "../check-alerts/check-demands.ts";
import { drillSource } from "../drills/drill.ts";
import { wakeAfterRestart, wakeMuted } from "../muting/releasing.ts";
import { ruleDemands } from "../rules/rule-demands.ts";
import { ruleStateKey } from "../rules/rule-states.ts";
import { watchBlindness } from "./blindness.ts";
import type { EngineState } from "./engine-state.ts";
import { isToldByRegistries, noteRegistries } from "./registries.ts";
import { rerouteGroups, wakeTellersOfAnother } from "./reroute-groups.ts";
import { passTransitions } from "./transitions.ts";
import { troubleDemand, troubleSource } from "./trouble.ts";

const removed: End = { kind: "removed", because: "removed from the config" };
const gone: End = { kind: "gone", because: "the target is gone: its source no longer lists it" };
const changed: End = { kind: "reconfigured", because: "its configuration changed" };

/** Source of the alerts of a check on a target. */
export function checkSource(subject: string): string {
  return `check\n${subject}`;
}

/** Brings state, alerts and groups in line with the config after a start or a reload; what did not change stays untouched. */
export function reconcile(state: EngineState, nowMs: EpochMs): readonly Decision[] {
  const goneSources = dropRemoved(state);
  noteRegistries(state, nowMs);
  const transitions = demandAll(state, goneSources, nowMs);
  const discovered = discoveredChecks(state);
  transitions.push(
    ...state.alerts.endOrphans(nowMs, ({ labels }) => (discovered.has(labels["check"] ?? "") ? gone : removed)),
  );
  const decisions = [...passTransitions(state, transitions, nowMs), ...rerouteGroups(state, nowMs)];
  const { fingerprint } = state.config;
  if (state.judgedBy.get("config") === fingerprint) wakeAfterRestart(state, nowMs);
  else {
    wakeMuted(state, nowMs);
    wakeTellersOfAnother(state, nowMs);
  }
  state.judgedBy.set("config", fingerprint);
  return decisions;
}

/** Checks whose targets a source lists. */
function discoveredChecks({ config }: EngineState): ReadonlySet<string> {
  return new Set(config.checks.flatMap(({ id, targetsFrom }) => (targetsFrom === undefined ? [] : [id])));
}

/** Forgets what is no longer configured; returns the alert sources of targets that only their source left out. */
function dropRemoved(state: EngineState): ReadonlySet<string> {
  const discovered = discoveredChecks(state);
  const goneSources = new Set<string>();
  for (const checkState of state.checkStates.values()) {
    const id = subjectId(checkState);
    if (state.subjects.has(id)) continue;
    if (discovered.has(checkState.check)) goneSources.add(checkSource(id));
    state.checkStates.delete(id);
    state.blind.set(id, undefined);
  }
  const checks = new Set(state.config.checks.map((check) => check.id));
  for (const ruleState of state.rules.states()) {
    const { check } = ruleState.labels;
    if (check !== undefined && !checks.has(check)) state.rules.drop(ruleState);
  }
  return goneSources;
}

function demandAll(state: EngineState, goneSources: ReadonlySet<string>, nowMs: EpochMs): AlertTransition[] {
  const transitions: AlertTransition[] = [];
  const current = new Set<string>();
  const demand = (source: string, demands: Parameters<EngineState["alerts"]["demand"]>[1]): void => {
    current.add(source);
    transitions.push(...state.alerts.demand(source, demands, nowMs, changed));
  };
  for (const checkState of state.checkStates.values()) {
    const id = subjectId(checkState);
    const subject = state.subjects.get(id);
    if (subject === undefined) continue;
    watchBlindness(state, id, checkState, nowMs);
    demand(checkSource(id), checkDemands(subject, checkState, nowMs, isToldByRegistries(state, subject)));
  }
  for (const ruleState of state.rules.states()) {
    const rule = state.rules.rule(ruleState.rule);
    if (rule !== undefined) demand(ruleStateKey(ruleState), ruleDemands(rule, ruleState, state.config));
  }
  for (const trouble of state.troubles.values())
    demand(troubleSource(trouble.component), [troubleDemand(trouble, state.config)]);
  for (const drill of state.drills.values()) demand(drillSource(drill.name), [drill.demand]);
  for (const source of state.alerts.sources()) {
    if (current.has(source)) continue;
    transitions.push(...state.alerts.demand(source, [], nowMs, goneSources.has(source) ? gone : removed));
  }
  return transitions;
}
