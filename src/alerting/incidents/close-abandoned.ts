import type { Alert } from "../../core/alerting/alert.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { firesOn, whyOver } from "./firing-members.ts";
import { resolveIncident } from "./incident-record.ts";

/** Notes which incidents the group that they belong to does not tell about any more: their alerts ended unheard or moved to other groups. */
export function noteAbandoned({ groups, incidents }: PipelineState, nowMs: EpochMs): void {
  for (const id of groups.takeLetGo()) {
    const incident = incidents.get(id);
    if (incident !== undefined && !groups.isHomeOf(incident)) incidents.setHomeless(id, true, nowMs);
  }
}

/** Ends incidents without a group of their own as soon as nothing fires that belongs to them. */
export function closeAbandoned(state: PipelineState, nowMs: EpochMs): void {
  noteAbandoned(state, nowMs);
  for (const incident of state.incidents.homeless()) {
    if (state.groups.isHomeOf(incident) || incident.status === "resolved")
      state.incidents.setHomeless(incident.id, false, nowMs);
    else if (!firesOn(state, incident))
      state.incidents.set(incident.id, resolveIncident(incident, nowMs, whyOver(state, incident)));
  }
}

/** Ends incidents of which a group has told the last end, or has nothing to tell of it, where their own group has nothing of them to tell. */
export function closeSpent(state: PipelineState, ended: readonly Alert[], nowMs: EpochMs): void {
  const { groups, incidents } = state;
  for (const id of new Set(ended.flatMap(({ fingerprint }) => incidents.ownerOf(fingerprint)?.id ?? []))) {
    const incident = incidents.get(id);
    if (incident === undefined || incident.status === "resolved" || firesOn(state, incident)) continue;
    const { members, groupKey } = incident;
    if (members.some((member) => incidents.owns(id, member) && groups.isMember(groupKey, member))) continue;
    incidents.set(id, resolveIncident(incident, nowMs, whyOver(state, incident)));
  }
}
