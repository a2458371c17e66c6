import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import { isActive } from "../correlation/explanations.ts";
import { isRoutedTo } from "../grouping/group-key.ts";
import { placeIn } from "../grouping/told.ts";
import { noteAbandoned } from "../incidents/close-abandoned.ts";
import type { PipelineState, TransitionStage } from "./pipeline-state.ts";

/** Lets an alert that begins anew leave the groups that wait to tell its last time and that the routes have left since. */
export const leaving: TransitionStage = {
  run(state, items, nowMs) {
    for (const { alert, kind } of items) {
      if (kind !== "fired") continue;
      for (const group of state.groups.groupsOf(alert.fingerprint))
        if (isStranger(state, group, alert))
          keep(
            state,
            group,
            group.members.filter((member) => member !== alert.fingerprint),
          );
    }
    noteAbandoned(state, nowMs);
    return { state, output: items, decisions: [] };
  },
};

/** Alerts that a group never told and that are not routed to it any more leave it; a group without any ends. */
export function dropStrangers(state: PipelineState): void {
  for (const group of state.groups.all()) {
    const members = group.members.filter((member) => {
      const alert = state.alerts.get(member);
      return alert !== undefined && !isStranger(state, group, alert);
    });
    if (members.length < group.members.length) keep(state, group, members);
  }
}

function keep({ groups }: PipelineState, group: AlertGroup, members: readonly string[]): void {
  if (members.length === 0) groups.remove(group.key);
  else groups.put({ ...group, members });
}

function isStranger({ config }: PipelineState, group: AlertGroup, alert: Alert): boolean {
  if (alert.status === "resolved" || placeIn(group.told, alert.fingerprint) !== undefined) return false;
  if (isActive(alert) && alert.explanation?.groups.includes(group.key) === true) return false;
  return !isRoutedTo(config.route, group, alert.labels);
}
