import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { wakeExplained } from "../correlation/wake-explained.ts";
import { changeDueMs } from "../grouping/change-due.ts";
import type { PipelineState, TransitionStage } from "../pipeline/pipeline-state.ts";
import { Mutes } from "./mutes.ts";

/** Lets groups that hold muted alerts look again after an alert that may have inhibited them has ended. */
export const releasing: TransitionStage = {
  run(state, items, nowMs) {
    const { inhibitions } = state.config.muting;
    const someSourceEnded = items.some(
      ({ kind, alert }) => kind === "resolved" && inhibitions.some((rule) => rule.sideOf(alert.labels).isSource),
    );
    if (!someSourceEnded) return { state, output: items, decisions: [] };
    state.incidents.askAgain();
    for (const group of mutedGroups(state)) hasten(state, group, dueMs(state, group, nowMs));
    return { state, output: items, decisions: [] };
  },
};

/**
 * Brings the groups that hold muted alerts, or alerts that muted ones no longer explain, in line with what mutes and the clock say
 * now, and lets chains that are held ask again; what did not change stays untouched.
 */
export function wakeMuted(state: PipelineState, nowMs: EpochMs): void {
  const mutes = new Mutes(state, nowMs);
  state.incidents.askAgain();
  wakeExplained(state, nowMs, mutes);
  wakeGroups(state, nowMs, mutes);
}

/** The same after a start by the config of before: what explains what was decided by it, and is looked at when that was to be. */
export function wakeAfterRestart(state: PipelineState, nowMs: EpochMs): void {
  wakeGroups(state, nowMs, new Mutes(state, nowMs));
}

function wakeGroups(state: PipelineState, nowMs: EpochMs, mutes: Mutes): void {
  const groups = mutedGroups(state);
  if (groups.length === 0) return;
  for (const group of groups) {
    const route = state.routes.get(group.route) ?? state.config.route;
    for (const fingerprint of Object.keys(group.muted ?? {})) {
      const alert = state.alerts.get(fingerprint);
      if (alert?.status !== "firing") continue;
      const mute = mutes.of(alert, route);
      hasten(state, group, mute?.untilMs ?? dueMs(state, group, nowMs));
    }
  }
}

function mutedGroups({ groups }: PipelineState): readonly AlertGroup[] {
  return groups.all().filter((group) => group.muted !== undefined);
}

function dueMs({ routes, config }: PipelineState, group: AlertGroup, nowMs: EpochMs): EpochMs {
  return changeDueMs(group, routes.get(group.route) ?? config.route, nowMs);
}

function hasten({ groups }: PipelineState, { key }: AlertGroup, atMs: EpochMs): void {
  const group = groups.get(key);
  if (group !== undefined && atMs < group.nextFlushMs) groups.put({ ...group, nextFlushMs: atMs });
}
