import type { Incident } from "../../core/alerting/incident.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { followFiring } from "./chain-severity.ts";
import { withHearersOf, withoutAlerts } from "./hearers.ts";

/**
 * An alert belongs to one incident at a time. Those that an incident takes in leave the one they were in, and whom steps told of them
 * there belongs to those whom this one tells of their end; the chain of that one goes by what is left. Returns the incident with all of them; it is the caller's to put.
 */
export function takeOver(
  state: PipelineState,
  incident: Incident,
  joining: readonly string[],
  nowMs: EpochMs,
): Incident {
  const { incidents } = state;
  const byOwner = Map.groupBy(
    joining.filter((fingerprint) => !incidents.owns(incident.id, fingerprint)),
    (fingerprint) => incidents.ownerOf(fingerprint)?.id,
  );
  let taking = incident;
  incidents.claim(incident.id, joining);
  for (const [id, moving] of byOwner) {
    const owner = incidents.get(id ?? "");
    if (owner === undefined) continue;
    const robbed = { ...withoutAlerts(owner, moving), left: [...(owner.left ?? []), ...moving] };
    incidents.set(owner.id, followFiring(state, robbed, nowMs));
    taking = withHearersOf(taking, owner, moving);
    letEnd(state, owner, nowMs);
  }
  if (taking.left === undefined) return taking;
  const back = new Set(joining);
  const { left, ...rest } = taking;
  const gone = left.filter((fingerprint) => !back.has(fingerprint));
  return gone.length === 0 ? rest : { ...rest, left: gone };
}

/** The group of an incident that has lost alerts looks whether that is all. */
function letEnd({ groups }: PipelineState, { groupKey }: Incident, nowMs: EpochMs): void {
  const group = groups.get(groupKey);
  if (group !== undefined && group.nextFlushMs > nowMs) groups.put({ ...group, nextFlushMs: nowMs });
}
