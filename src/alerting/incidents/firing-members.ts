import type { Alert } from "../../core/alerting/alert.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";

/** What belongs to an incident and to no other one by now: what of it fires, and what is over. May walk ten thousand members. */
export function membersOf(
  { alerts, incidents }: PipelineState,
  { id, members }: Incident,
): Readonly<{ firing: readonly Alert[]; over: readonly string[] }> {
  const firing: Alert[] = [];
  const over: string[] = [];
  for (const member of members) {
    if (!incidents.owns(id, member)) continue;
    const alert = alerts.get(member);
    if (alert?.status === "firing") firing.push(alert);
    else over.push(member);
  }
  return { firing, over };
}

/** What fires of an incident. */
export function firingMembers(state: PipelineState, incident: Incident): readonly Alert[] {
  return membersOf(state, incident).firing;
}

/** True while something fires that belongs to the incident. */
export function firesOn({ alerts, incidents }: PipelineState, { id, members }: Incident): boolean {
  return members.some((member) => incidents.owns(id, member) && alerts.get(member)?.status === "firing");
}

/** Why an incident of which nothing fires any more is over, for its timeline. */
export function whyOver({ alerts }: PipelineState, { left = [] }: Incident): string {
  const goesOn = left.some((member) => alerts.get(member)?.status === "firing");
  return goesOn ? "its alerts belong to other incidents now" : "no alert of it fires any more";
}

/** What news of an incident is about: what fires of it, else what is over and not told as that yet. */
export function membersToName(state: PipelineState, incident: Incident): readonly Alert[] {
  const { firing, over } = membersOf(state, incident);
  if (firing.length > 0) return firing;
  return over.flatMap((member) => (state.groups.holds(member) ? (state.alerts.get(member) ?? []) : []));
}

/** What the end of an incident by hand is about: what fires of it, and what is over and somebody is still to hear of. */
export function membersToClose(state: PipelineState, incident: Incident): readonly Alert[] {
  const { firing, over } = membersOf(state, incident);
  return [...firing, ...over.flatMap((member) => state.alerts.get(member) ?? [])];
}
