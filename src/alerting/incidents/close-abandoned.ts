import type { EpochMs } from "../../core/time.ts";
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
