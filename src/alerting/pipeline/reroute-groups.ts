import type { Alert } from "../../core/alert.ts";
import type { AlertGroup, Told } from "../../core/alert-group.ts";
import type { Decision } from "../../core/stage.ts";
import type { EpochMs } from "../../core/time.ts";
import { groupKeyOf, groupLabelsOf } from "../grouping/group-key.ts";
import { grouping } from "../grouping/grouping.ts";
import { matchRoutes, type Route } from "../routing/route-tree.ts";
import { belongs } from "./gather-members.ts";
import type { PipelineState } from "./pipeline-state.ts";
import { sinceOf, without } from "./settle-group.ts";

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
  return decisions;
}

/** A group whose route tells somebody else now keeps what it told under a key of its own. */
function setReceiversAside({ groups, routes, incidents }: PipelineState): void {
  for (const group of groups.all()) {
    const receiver = routes.get(group.route)?.receiver;
    if (receiver === undefined || receiver === group.receiver || group.key.endsWith(aside(group))) continue;
    const key = `${group.key}${aside(group)}`;
    groups.remove(group.key);
    groups.put({ ...group, key });
    moveIncident({ incidents }, group, key);
  }
}

function aside({ receiver }: AlertGroup): string {
  return `@${receiver}`;
}

function place(state: PipelineState, alert: Alert, route: Route, nowMs: EpochMs): readonly Decision[] {
  const labels = groupLabelsOf(route, alert.labels);
  const key = groupKeyOf(route, labels);
  const { fingerprint } = alert;
  if (state.groups.get(key)?.members.includes(fingerprint) === true) return [];
  const stray = state.groups
    .groupsOf(fingerprint)
    .find(
      (group) =>
        group.receiver === route.receiver &&
        !belongs(state, group, alert.labels) &&
        sinceOf(group.told, fingerprint) !== undefined,
    );
  if (stray === undefined)
    return grouping.run(state, [{ alert, kind: "fired", because: "routes changed", routes: [route] }], nowMs).decisions;
  const target: AlertGroup = state.groups.get(key) ?? {
    key,
    route: route.id,
    receiver: route.receiver,
    labels,
    members: [],
    nextFlushMs: (stray.told?.atMs ?? nowMs) + route.repeatIntervalMs,
  };
  adopt(state, target, stray, fingerprint);
  return [
    {
      atMs: nowMs,
      stage: "grouping",
      outcome: "pass",
      subject: fingerprint,
      because: `moves from ${stray.key} to ${key}, whose receiver was told`,
      by: key,
    },
  ];
}

function adopt(state: PipelineState, target: AlertGroup, stray: AlertGroup, fingerprint: string): void {
  const incident = target.incident ?? stray.incident;
  state.groups.put({
    ...target,
    members: [...target.members, fingerprint],
    told: adoptedTold(target.told, stray.told, fingerprint),
    ...(incident === undefined ? {} : { incident }),
  });
  const members = stray.members.filter((member) => member !== fingerprint);
  if (members.length === 0) state.groups.remove(stray.key);
  else if (stray.told !== undefined)
    state.groups.put({ ...stray, members, told: without(stray.told, new Set([fingerprint])) });
  if (incident === stray.incident) moveIncident(state, stray, target.key);
}

function adoptedTold(target: Told | undefined, stray: Told | undefined, fingerprint: string): Told {
  const sinceMs = sinceOf(stray, fingerprint) ?? 0;
  return {
    atMs: Math.max(target?.atMs ?? 0, stray?.atMs ?? 0),
    firing: [...(target?.firing ?? []), fingerprint],
    firingSinceMs: [...(target?.firingSinceMs ?? []), sinceMs],
    resolved: target?.resolved ?? [],
    count: Math.max(target?.count ?? 0, stray?.count ?? 0),
  };
}

function moveIncident({ incidents }: Pick<PipelineState, "incidents">, from: AlertGroup, toKey: string): void {
  const incident = incidents.get(from.incident ?? "");
  if (incident !== undefined && incident.groupKey === from.key)
    incidents.set(incident.id, { ...incident, groupKey: toKey });
}

/** Alerts that a group never told and that are not routed to it any more leave it. */
function dropStrangers(state: PipelineState): void {
  for (const group of state.groups.all()) {
    const members = group.members.filter((member) => {
      const alert = state.alerts.get(member);
      if (alert === undefined) return false;
      return (
        group.told?.firing.includes(member) === true ||
        alert.status === "resolved" ||
        belongs(state, group, alert.labels)
      );
    });
    if (members.length === group.members.length) continue;
    if (members.length === 0) state.groups.remove(group.key);
    else state.groups.put({ ...group, members });
  }
}
