import type { ToldDestination } from "../../core/escalation.ts";
import type { Incident } from "../../core/incident.ts";
import type { EpochMs } from "../../core/time.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { followFiring } from "./chain-severity.ts";
import { hearing, isSame, knownOf, withEnds, withQuiet, withSeen } from "./hearers.ts";

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
    const { told = [] } = owner;
    // Should they come back, nobody counts as told of them by what is over by then.
    const forgetting = told.length === 0 ? {} : { told: told.map((heard) => withEnds(heard, moving)) };
    const robbed = { ...owner, ...forgetting, left: [...(owner.left ?? []), ...moving] };
    incidents.set(owner.id, followFiring(state, robbed));
    for (const heard of told) taking = withHeard(taking, heard, knownOf(owner, heard, moving));
    letEnd(state, owner, nowMs);
  }
  if (taking.left === undefined) return taking;
  const back = new Set(joining);
  const { left, ...rest } = taking;
  const gone = left.filter((fingerprint) => !back.has(fingerprint));
  return gone.length === 0 ? rest : { ...rest, left: gone };
}

/** Whom another incident told of alerts hears of their end. */
function withHeard(incident: Incident, heard: ToldDestination, moved: readonly string[]): Incident {
  if (moved.length === 0) return incident;
  const told = incident.told ?? [];
  const { heardOf: _all, also: _also, ended: _ended, seen = [], quiet = [], ...destination } = heard;
  const withRest = (hearer: ToldDestination): ToldDestination =>
    withQuiet(
      withSeen(
        hearer,
        seen.filter((each) => moved.includes(each)),
      ),
      quiet.filter((each) => moved.includes(each)),
    );
  const place = told.findIndex((each) => isSame(each, heard));
  const mine = told[place];
  if (mine === undefined)
    return { ...incident, told: [...told, withRest({ ...destination, heardOf: 0, also: moved })] };
  return { ...incident, told: told.with(place, withRest(hearing(mine, moved))) };
}

/** The group of an incident that has lost alerts looks whether that is all. */
function letEnd({ groups }: PipelineState, { groupKey }: Incident, nowMs: EpochMs): void {
  const group = groups.get(groupKey);
  if (group !== undefined && group.nextFlushMs > nowMs) groups.put({ ...group, nextFlushMs: nowMs });
}
