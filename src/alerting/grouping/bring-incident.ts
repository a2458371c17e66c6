import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { matchRoutes } from "../routing/route-tree.ts";
import { groupKeyOf, groupLabelsOf, isRoutedTo } from "./group-key.ts";

/**
 * Lets the incident of an alert go along to the group of its first route where an edit of the routes has taken all of it from the group
 * that it had: its chain goes on, and whoever has taken it has it still. Returns the group with it, or as it was; it is the caller's to put.
 */
export function bringIncident(state: PipelineState, group: AlertGroup, { fingerprint, labels }: Alert): AlertGroup {
  const { alerts, config, groups, incidents } = state;
  const incident = incidents.ownerOf(fingerprint);
  if (incident === undefined || incident.status === "resolved" || incident.groupKey === group.key) return group;
  const own = incidents.get(group.incident ?? "");
  if (own !== undefined && own.status !== "resolved") return group;
  const [first] = matchRoutes(config.route, labels);
  if (first === undefined || groupKeyOf(first, groupLabelsOf(first, labels)) !== group.key) return group;
  const home = groups.get(incident.groupKey);
  const isKept = incident.members.some((member) => {
    const alert = incidents.owns(incident.id, member) ? alerts.get(member) : undefined;
    return home === undefined || (alert !== undefined && isRoutedTo(config.route, home, alert.labels));
  });
  if (isKept) return group;
  incidents.set(incident.id, { ...incident, groupKey: group.key, receiver: group.receiver });
  return { ...group, incident: incident.id };
}
