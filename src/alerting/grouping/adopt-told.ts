import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { Labels } from "../../core/labels.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { isRoutedTo } from "./group-key.ts";
import { sinceOf, withoutTold, withTold } from "./told.ts";

/**
 * Moves what an abandoned group told the same receiver of an alert into the group where the alert belongs now, so that the receiver
 * is not told again and hears of the recovery once. Returns the group with it, or as it was; it is the caller's to put.
 */
export function adoptTold(state: PipelineState, group: AlertGroup, fingerprint: string, labels: Labels): AlertGroup {
  const stray = state.groups
    .groupsOf(fingerprint)
    .find(
      (other) =>
        other.key !== group.key &&
        other.receiver === group.receiver &&
        state.alerts.get(fingerprint)?.explanation?.groups.includes(other.key) !== true &&
        sinceOf(other.told, fingerprint) !== undefined &&
        !isRoutedTo(state.config.route, other, labels),
    );
  if (stray?.told === undefined) return group;
  const members = stray.members.filter((member) => member !== fingerprint);
  if (members.length === 0) state.groups.remove(stray.key);
  else state.groups.put({ ...stray, members, told: withoutTold(stray.told, new Set([fingerprint])) });
  const isLeft = isAbandoned(state, stray, members);
  const incident = group.incident ?? (isLeft ? stray.incident : undefined);
  if (incident === undefined) return { ...group, told: withTold(group.told, stray.told, [fingerprint]) };
  if (incident === stray.incident && isLeft) moveIncident(state, stray, group.key);
  return { ...group, incident, told: withTold(group.told, stray.told, [fingerprint]) };
}

/** A group that told of the alert as of what its own alerts explain goes on with these, and keeps its incident. */
function isAbandoned({ alerts, config }: PipelineState, stray: AlertGroup, rest: readonly string[]): boolean {
  return !rest.some((member) => {
    const alert = alerts.get(member);
    return alert !== undefined && isRoutedTo(config.route, stray, alert.labels);
  });
}

/** Lets the incident of a group belong to another one. */
export function moveIncident({ incidents }: Pick<PipelineState, "incidents">, from: AlertGroup, toKey: string): void {
  const incident = incidents.get(from.incident ?? "");
  if (incident === undefined || incident.groupKey !== from.key) return;
  incidents.set(incident.id, { ...incident, groupKey: toKey });
}
