import type { ToldDestination } from "../../core/escalation.ts";
import type { Incident } from "../../core/incident.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";

/**
 * Lets those whom steps have told of an incident that ends hear the end of what goes on of it, too: they belong to the incident that
 * tells it from now on.
 */
export function handOnTold({ alerts, groups, incidents }: PipelineState, { id, members, told = [] }: Incident): void {
  if (told.length === 0) return;
  for (const member of members) {
    if (alerts.get(member)?.status !== "firing") continue;
    const next = groups
      .groupsOf(member)
      .map(({ incident }) => incidents.get(incident ?? ""))
      .find((other) => other !== undefined && other.id !== id && other.status !== "resolved");
    if (next !== undefined) incidents.set(next.id, { ...next, told: merged(next.told ?? [], told) });
  }
}

function merged(told: readonly ToldDestination[], heard: readonly ToldDestination[]): readonly ToldDestination[] {
  const isKnown = ({ receiver, recipient }: ToldDestination): boolean =>
    told.some((each) => each.receiver === receiver && each.recipient === recipient);
  return [...told, ...heard.filter((each) => !isKnown(each))];
}
