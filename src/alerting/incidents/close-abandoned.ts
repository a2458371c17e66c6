import type { EpochMs } from "../../core/time.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { resolveIncident } from "./incident-record.ts";

/** Ends incidents that no group tells about any more: their alerts moved to the incidents of other groups. */
export function closeAbandoned({ groups, incidents }: PipelineState, nowMs: EpochMs): void {
  if (incidents.size === 0) return;
  const referenced = new Set(groups.all().map((group) => group.incident));
  for (const incident of incidents.values()) {
    if (incident.status === "resolved" || referenced.has(incident.id)) continue;
    incidents.set(incident.id, resolveIncident(incident, nowMs, "its alerts belong to other incidents now"));
  }
}
