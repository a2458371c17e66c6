import type { Alert } from "../../core/alert.ts";
import type { Incident } from "../../core/incident.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";

/** What of an incident fires and is still told by it: what outlived its cause and became an incident of its own is not. May walk ten thousand members. */
export function firingMembers(state: PipelineState, { id, members }: Incident): readonly Alert[] {
  return members.flatMap((member) => {
    const alert = state.alerts.get(member);
    return alert?.status !== "firing" || isElsewhere(state, alert, id) ? [] : [alert];
  });
}

/** What news of an incident is about: what fires of it, else what is over and not told as that yet. */
export function membersToName(state: PipelineState, incident: Incident): readonly Alert[] {
  const firing = firingMembers(state, incident);
  if (firing.length > 0) return firing;
  return incident.members.flatMap((member) => {
    const alert = state.alerts.get(member);
    return alert === undefined || isElsewhere(state, alert, incident.id) ? [] : [alert];
  });
}

function isElsewhere({ groups, incidents }: PipelineState, alert: Alert, id: string): boolean {
  if (alert.explanation?.releasedAtMs === undefined) return false;
  return groups.groupsOf(alert.fingerprint).some(({ incident }) => {
    const other = incidents.get(incident ?? "");
    return other !== undefined && other.id !== id && other.status !== "resolved";
  });
}
