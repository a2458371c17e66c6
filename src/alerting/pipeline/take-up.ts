import { subjectId } from "../../core/checks/result.ts";
import type { Change, Loaded } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { DependencyGraph } from "../correlation/dependency-graph.ts";
import { drillOf } from "../drills/drill.ts";
import { applyOverrides } from "../escalation/oncall/override-actions.ts";
import { withOlderTold } from "../incidents/older-told.ts";
import { routesById } from "../routing/route-tree.ts";
import { newestMomentOf, noteStart, noteTime, pullBackBlindness } from "./clock-step.ts";
import { collectChange } from "./collect-change.ts";
import { type EngineState, subjectsOf } from "./engine-state.ts";
import { reconcile } from "./reconcile.ts";
import { loadRecords } from "./records.ts";
import { troubleOf } from "./trouble.ts";

/** Takes up where the store left off; returns what that changes. */
export function restore(state: EngineState, loaded: Loaded, nowMs: EpochMs, config: AlertingConfig): Change {
  useConfig(state, config);
  for (const checkState of loaded.checkStates) {
    state.checkStates.load(subjectId(checkState), checkState);
  }
  for (const ruleState of loaded.ruleStates) state.rules.load(ruleState);
  for (const alert of loaded.alerts) {
    state.alerts.load(alert);
    const trouble = troubleOf(alert, nowMs);
    if (trouble !== undefined) state.troubles.set(trouble.component, trouble);
    const drill = drillOf(alert);
    if (drill !== undefined) state.drills.set(drill.name, drill);
  }
  for (const group of loaded.groups) state.groups.load(group);
  // What an older version let belong to several incidents belongs to the one that opened last.
  for (const incident of loaded.incidents.toSorted((a, b) => a.openedAtMs - b.openedAtMs))
    if (incident.status !== "resolved") state.incidents.load(incident.id, withOlderTold(incident));
  for (const incident of state.incidents.values())
    if (!state.groups.isHomeOf(incident)) state.incidents.setHomeless(incident.id, true, nowMs);
  loadRecords(state, loaded.records);
  if (state.judgedBy.get("config") === undefined) state.watched.set("since", nowMs);
  const storedMs = newestMomentOf(loaded);
  applyOverrides(state, state.handovers.nextMs);
  state.newestMs = nowMs;
  // Before alerts are demanded: what is blind would else be measured for a moment, and its alert would end.
  pullBackBlindness(state, nowMs);
  const decisions = reconcile(state, nowMs);
  noteStart(state, storedMs, nowMs);
  return collectChange(state, { decisions });
}

/** Judges by another config from now on; returns what that changes. */
export function reload(state: EngineState, config: AlertingConfig, nowMs: EpochMs): Change {
  noteTime(state, nowMs);
  useConfig(state, config);
  applyOverrides(state, nowMs);
  // Other schedules are read from the beginning, as after a start: whoever is on call by them since just now hears of it.
  state.handovers.seenMs = Number.NaN;
  return collectChange(state, { decisions: reconcile(state, nowMs) });
}

function useConfig(state: EngineState, config: AlertingConfig): void {
  state.config = config;
  state.routes = routesById(config.route);
  state.graph = new DependencyGraph(config);
  state.subjects = subjectsOf(config);
  state.rules.replace(config.rules);
  state.schedules = config.escalation.schedules;
}
