import type { EpochMs } from "../../core/time.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { handOnTold } from "./hand-on-told.ts";
import { resolveIncident } from "./incident-record.ts";

/** Ends incidents that no group tells about any more: their alerts ended unheard or moved to the incidents of other groups. */
export function closeAbandoned(state: PipelineState, nowMs: EpochMs): void {
  const { alerts, groups, incidents } = state;
  for (const incident of incidents.values()) {
    if (incident.status === "resolved" || groups.namesIncident(incident.id)) continue;
    handOnTold(state, incident);
    const firesOn = incident.members.some((member) => alerts.get(member)?.status === "firing");
    const because = firesOn ? "its alerts belong to other incidents now" : "no alert of it fires any more";
    incidents.set(incident.id, resolveIncident(incident, nowMs, because));
  }
}
