import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { Labels } from "../../core/labels.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { groupKeyOf, groupLabelsOf } from "../grouping/group-key.ts";
import { sinceOf } from "../grouping/told.ts";
import { type FlushItem, type FlushStage, isOnlyInformed } from "../pipeline/flush-item.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { matchRoutes, type Route } from "../routing/route-tree.ts";
import { followFiring } from "./chain-severity.ts";
import { firesOn, whyOver } from "./firing-members.ts";
import { joinIncident, note, openIncident, resolveIncident } from "./incident-record.ts";
import { takeOver } from "./take-over.ts";

/**
 * Gives what a group says its incident: the one of the group of the alert's first matching route, so that further `continue` routes
 * tell about the same incident. It opens when the first group of the alert speaks, not when the alert fires: what heals
 * within `group_wait` is no incident.
 */
export function incidentStage(ids: IdSource): FlushStage {
  return {
    run(state, item, nowMs) {
      if (item.reason === undefined) {
        endSpent(state, item.group, nowMs);
        if (item.recovered.length > 0) followUntold(state, item, nowMs);
        return { state, output: item, decisions: [] };
      }
      const incident = incidentOf(state, item, nowMs, ids);
      if (incident === undefined) return { state, output: item, decisions: [] };
      return { state, output: { ...item, incident }, decisions: joiningOf(state, item, incident, nowMs) };
    },
  };
}

/** Which incident a newly told alert belongs to, for its trail; what was told before said so then. */
function joiningOf(state: PipelineState, item: FlushItem, { id }: Incident, nowMs: EpochMs): Decision[] {
  const { group, firing } = item;
  const own = new Set(ownOf(state, item));
  return firing
    .filter(({ fingerprint, startsAtMs }) => sinceOf(group.told, fingerprint) !== startsAtMs || group.incident !== id)
    .map((alert) => ({
      atMs: nowMs,
      stage: "incident",
      outcome: "pass",
      subject: alert.fingerprint,
      because: own.has(alert) ? `belongs to incident ${id}` : `told of incident ${id}`,
      by: `incident/${id}`,
    }));
}

function incidentOf(state: PipelineState, item: FlushItem, nowMs: EpochMs, ids: IdSource): Incident | undefined {
  if (isOnlyInformed(item)) {
    endSpent(state, item.group, nowMs);
    return informing(state, item, nowMs);
  }
  const known = state.incidents.get(item.group.incident ?? "");
  if (item.firing.length === 0) return known === undefined ? undefined : ending(state, item, known, nowMs);
  const own = ownOf(state, item);
  if (own.length === 0) endSpent(state, item.group, nowMs);
  const current = openOne(state.incidents.get(item.group.incident ?? "")) ?? primaryIncident(state, item, nowMs, ids);
  if (current === undefined) return undefined;
  const fingerprints = own.map(({ fingerprint }) => fingerprint);
  const joined = takeOver(state, joinIncident(current, own, nowMs), fingerprints, nowMs);
  const noted = note(joined, { atMs: nowMs, kind: "told", detail: `${item.group.receiver}: ${item.reason ?? ""}` });
  // What joins belongs to the incident before its chain follows what fires of it.
  state.incidents.set(noted.id, noted);
  const followed = followFiring(state, noted, nowMs);
  state.incidents.set(followed.id, followed);
  return followed;
}

/** Undefined where the incident was closed by hand and only part of it has recovered: what fires on is told anew when it is due again. */
function primaryIncident(state: PipelineState, item: FlushItem, nowMs: EpochMs, ids: IdSource): Incident | undefined {
  const primary = primaryGroup(state, item);
  const known = openOne(state.incidents.get(primary.incident ?? ""));
  if (known !== undefined) return known;
  if (item.reason === "some alerts resolved") return undefined;
  const opened = openIncident(ids.next(), primary, ownOf(state, item), nowMs);
  if (primary.key !== item.group.key) state.groups.put({ ...primary, incident: opened.id });
  return opened;
}

/** A group that waits with muted alerts may still name an incident that has ended. */
function openOne(incident: Incident | undefined): Incident | undefined {
  return incident?.status === "resolved" ? undefined : incident;
}

/** What the group tells in its own incident. */
function ownOf(state: PipelineState, item: FlushItem): readonly Alert[] {
  return item.firing.filter((alert) => !item.informed.has(alert.fingerprint) && !isAtHome(state, item, alert));
}

/** True for an alert that belongs to the incident of its first matching route, which a group of a further route only tells about. */
function isAtHome({ config, groups, incidents }: PipelineState, { group, guests }: FlushItem, alert: Alert): boolean {
  const home = openOne(incidents.ownerOf(alert.fingerprint));
  if (home === undefined || home.id === group.incident || guests.has(alert.fingerprint)) return false;
  const key = primaryKey(config.route, alert.labels);
  return key !== undefined && key !== group.key && groups.get(key)?.incident === home.id;
}

/** Key of the group of the first matching route. */
function primaryKey(tree: Route, labels: Labels): string | undefined {
  const [route] = matchRoutes(tree, labels);
  return route === undefined ? undefined : groupKeyOf(route, groupLabelsOf(route, labels));
}

/** Tells of the incident of the cause; it has its own groups, so nothing of it changes but its timeline. */
function informing(state: PipelineState, { firing, group }: FlushItem, nowMs: EpochMs): Incident | undefined {
  const roots = firing.flatMap(({ explanation }) => (explanation === undefined ? [] : [explanation.root]));
  const ids = roots.flatMap((root) => state.groups.groupsOf(root).flatMap(({ incident }) => incident ?? []));
  const incident = ids.map((id) => openOne(state.incidents.get(id))).find((each) => each !== undefined);
  if (incident === undefined) return undefined;
  const noted = note(incident, { atMs: nowMs, kind: "told", detail: `${group.receiver}: for information` });
  state.incidents.set(noted.id, noted);
  return noted;
}

function primaryGroup({ config, groups }: PipelineState, { firing, group, guests }: FlushItem): AlertGroup {
  const labels = firing.find(({ fingerprint }) => !guests.has(fingerprint))?.labels;
  if (labels === undefined) return group;
  return groups.get(primaryKey(config.route, labels) ?? group.key) ?? group;
}

/** Nothing is left of an incident when what goes on of it is told as part of others, whatever else its group tells. */
function endSpent(state: PipelineState, group: AlertGroup, nowMs: EpochMs): void {
  const incident = openOne(state.incidents.get(group.incident ?? ""));
  if (incident === undefined || incident.groupKey !== group.key || firesOn(state, incident)) return;
  state.incidents.set(incident.id, resolveIncident(incident, nowMs, whyOver(state, incident)));
}

/** A receiver that does not ask for recovery is told nothing of it; the chain of the incident goes by it all the same. */
function followUntold(state: PipelineState, { group }: FlushItem, nowMs: EpochMs): void {
  const incident = openOne(state.incidents.get(group.incident ?? ""));
  if (incident !== undefined) state.incidents.set(incident.id, followFiring(state, incident, nowMs));
}

/** The incident ends with the group it belongs to; other groups only tell of it. */
function ending(state: PipelineState, { group, reason }: FlushItem, incident: Incident, nowMs: EpochMs): Incident {
  const told = note(incident, { atMs: nowMs, kind: "told", detail: `${group.receiver}: ${reason ?? ""}` });
  const isOver = incident.groupKey === group.key && !firesOn(state, incident);
  const next = isOver ? resolveIncident(told, nowMs, whyOver(state, incident)) : told;
  state.incidents.set(next.id, next);
  return next;
}
