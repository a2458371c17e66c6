import type { AlertGroup } from "../../core/alert-group.ts";
import type { Incident } from "../../core/incident.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { EpochMs } from "../../core/time.ts";
import { groupKeyOf, groupLabelsOf } from "../grouping/group-key.ts";
import type { FlushItem, FlushStage } from "../pipeline/flush-item.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { matchRoutes } from "../routing/route-tree.ts";
import { joinIncident, note, openIncident, resolveIncident } from "./incident-record.ts";

/**
 * Gives what a group says its incident: the one of the group of the alert's first matching route, so that further `continue` routes
 * tell about the same incident. It opens when the first group of the alert speaks, not when the alert fires: what heals
 * within `group_wait` is no incident.
 */
export function incidentStage(ids: IdSource): FlushStage {
  return {
    run(state, item, nowMs) {
      if (item.reason === undefined) return { state, output: item, decisions: [] };
      const incident = incidentOf(state, item, nowMs, ids);
      return { state, output: incident === undefined ? item : { ...item, incident }, decisions: [] };
    },
  };
}

function incidentOf(state: PipelineState, item: FlushItem, nowMs: EpochMs, ids: IdSource): Incident | undefined {
  const known = state.incidents.get(item.group.incident ?? "");
  if (item.firing.length === 0) return known === undefined ? undefined : ending(state, item, known, nowMs);
  const current = openOne(known) ?? primaryIncident(state, item, nowMs, ids);
  const joined = joinIncident(current, item.firing, nowMs);
  const noted = note(joined, { atMs: nowMs, kind: "told", detail: `${item.group.receiver}: ${item.reason ?? ""}` });
  state.incidents.set(noted.id, noted);
  return noted;
}

function primaryIncident(state: PipelineState, item: FlushItem, nowMs: EpochMs, ids: IdSource): Incident {
  const primary = primaryGroup(state, item);
  const known = openOne(state.incidents.get(primary.incident ?? ""));
  if (known !== undefined) return known;
  const opened = openIncident(ids.next(), primary, item.firing, nowMs);
  if (primary.key !== item.group.key) state.groups.put({ ...primary, incident: opened.id });
  return opened;
}

/** A group that waits with muted alerts may still name an incident that has ended. */
function openOne(incident: Incident | undefined): Incident | undefined {
  return incident?.status === "resolved" ? undefined : incident;
}

function primaryGroup({ config, groups }: PipelineState, { firing, group }: FlushItem): AlertGroup {
  const labels = firing[0]?.labels ?? {};
  const [route] = matchRoutes(config.route, labels);
  const key = route === undefined ? group.key : groupKeyOf(route, groupLabelsOf(route, labels));
  return groups.get(key) ?? group;
}

/** The incident ends with the group it belongs to; other groups only tell of it. */
function ending(
  state: PipelineState,
  { group, reason, strays, muted }: FlushItem,
  incident: Incident,
  nowMs: EpochMs,
): Incident {
  const told = note(incident, { atMs: nowMs, kind: "told", detail: `${group.receiver}: ${reason ?? ""}` });
  const firesOn = strays.length > 0 || muted.some(({ fingerprint }) => incident.members.includes(fingerprint));
  const isOver = incident.groupKey === group.key && !firesOn;
  const next = isOver ? resolveIncident(told, nowMs, "no alert of it fires any more") : told;
  state.incidents.set(next.id, next);
  return next;
}
