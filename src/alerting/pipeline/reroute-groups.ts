import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { moveIncident } from "../grouping/adopt-told.ts";
import { changeDueMs } from "../grouping/change-due.ts";
import { isAnotherOccurrence } from "../grouping/flush-decision.ts";
import { groupKeyOf, groupLabelsOf, isRoutedTo } from "../grouping/group-key.ts";
import { grouping } from "../grouping/grouping.ts";
import { withTold } from "../grouping/told.ts";
import { noteAbandoned } from "../incidents/close-abandoned.ts";
import { matchRoutes, type Route } from "../routing/route-tree.ts";
import type { PipelineState } from "./pipeline-state.ts";
import { dropStrangers } from "./strangers.ts";

/**
 * Brings the groups in line with changed routes: who was told and still is meant to be told is not told again, who is meant to be told
 * now is, and who was told but is not meant any more hears of the recovery and nothing else.
 */
export function rerouteGroups(state: PipelineState, nowMs: EpochMs): readonly Decision[] {
  setReceiversAside(state);
  const decisions: Decision[] = [];
  for (const alert of state.alerts.all()) {
    if (alert.status !== "firing") continue;
    for (const route of matchRoutes(state.config.route, alert.labels))
      decisions.push(...place(state, alert, route, nowMs));
  }
  dropStrangers(state);
  noteAbandoned(state, nowMs);
  return decisions;
}

/** A group whose route tells somebody else now keeps what it told under a key of its own. */
function setReceiversAside(state: PipelineState): void {
  const { groups, routes } = state;
  for (const group of groups.all()) {
    const receiver = routes.get(group.route)?.receiver;
    if (receiver === undefined || receiver === group.receiver || isAside(group)) continue;
    const key = asideKey(group);
    groups.remove(group.key);
    groups.put(merged(groups.get(key), { ...group, key }));
    moveIncident(state, group, key);
  }
}

function asideKey({ key, receiver }: AlertGroup): string {
  return `${key}@${receiver}`;
}

function isAside({ key, receiver }: AlertGroup): boolean {
  return key.endsWith(`}@${receiver}`);
}

function merged(known: AlertGroup | undefined, group: AlertGroup): AlertGroup {
  if (known === undefined) return group;
  const told = known.told === undefined ? group.told : withTold(group.told, known.told, known.told.firing);
  return {
    ...known,
    ...group,
    members: [...new Set([...known.members, ...group.members])],
    nextFlushMs: Math.min(known.nextFlushMs, group.nextFlushMs),
    ...(told === undefined ? {} : { told }),
  };
}

function place(state: PipelineState, alert: Alert, route: Route, nowMs: EpochMs): readonly Decision[] {
  const key = groupKeyOf(route, groupLabelsOf(route, alert.labels));
  if (state.groups.isMember(key, alert.fingerprint)) return [];
  return grouping.run(state, [{ alert, kind: "fired", because: "routes changed", routes: [route] }], nowMs).decisions;
}

/** Lets groups that tell an alert again tell soon that it has begun anew meanwhile, as if it had begun with them. */
export function wakeTellersOfAnother(state: PipelineState, nowMs: EpochMs): void {
  const { alerts, groups, config, routes } = state;
  for (const group of groups.all()) {
    const { told } = group;
    const isLate = group.members.some((member) => {
      const alert = alerts.get(member);
      if (told === undefined || alert?.status !== "firing" || !isAnotherOccurrence(alert, told)) return false;
      return isRoutedTo(config.route, group, alert.labels);
    });
    const dueMs = changeDueMs(group, routes.get(group.route) ?? config.route, nowMs);
    if (isLate && dueMs < group.nextFlushMs) groups.put({ ...group, nextFlushMs: dueMs });
  }
}
