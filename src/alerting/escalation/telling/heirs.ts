import type { HandedOn } from "../../delivery/outcome/succession.ts";
import { withHearer } from "../../incidents/hearers.ts";
import type { Action } from "../../pipeline/action.ts";

/**
 * Tells others of firing alerts in the place of somebody who was not reached: they hear of their end as whoever a step told. Who is to
 * hear and what they are told is one change, so that nobody hears of an end alone.
 */
export function handOn({ fingerprints, heirs, follow, settlement }: HandedOn): Action<void> {
  return ({ state: { alerts, incidents }, nowMs }) => {
    const firing = fingerprints.filter((fingerprint) => alerts.get(fingerprint)?.status === "firing");
    const byOwner = Map.groupBy(firing, (fingerprint) => incidents.ownerOf(fingerprint)?.id);
    for (const [id, told] of byOwner) {
      let incident = incidents.get(id ?? "");
      if (incident === undefined) continue;
      for (const heir of heirs) incident = withHearer(incident, heir, nowMs, told);
      incidents.set(incident.id, incident);
    }
    return { outcome: undefined, outbox: follow, settlements: [settlement] };
  };
}
