import { withHearer } from "../incidents/hearers.ts";
import type { Action } from "../pipeline/action.ts";

type Heir = Readonly<{ receiver: string; recipient?: string }>;

/** Notes that others are told of firing alerts in the place of somebody who was not reached: they hear of their end as whoever a step told. */
export function noteHeirs(fingerprints: readonly string[], heirs: readonly Heir[]): Action<void> {
  return ({ state: { alerts, incidents }, nowMs }) => {
    const firing = fingerprints.filter((fingerprint) => alerts.get(fingerprint)?.status === "firing");
    const byOwner = Map.groupBy(firing, (fingerprint) => incidents.ownerOf(fingerprint)?.id);
    for (const [id, told] of byOwner) {
      let incident = incidents.get(id ?? "");
      if (incident === undefined) continue;
      for (const heir of heirs) incident = withHearer(incident, heir, nowMs, told);
      incidents.set(incident.id, incident);
    }
    return { outcome: undefined };
  };
}
