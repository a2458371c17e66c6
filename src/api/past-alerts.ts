import type { Alert } from "../core/alerting/alert.ts";
import type { Incident } from "../core/alerting/incident.ts";
import { compareSeverity } from "../core/severity.ts";
import type { Store } from "../core/store.ts";
import type { EpochMs } from "../core/time/time.ts";

/** So many incidents are named by what is stored of them, the gravest and newest first. */
const mostIncidents = 50;
const mostMembers = 5;

/** Alerts of incidents of which nothing is in memory any more, as they were at the end, so that these can be called as people know them. */
export async function pastAlerts(
  incidents: readonly Incident[],
  inMemory: readonly Alert[],
  history: Pick<Store, "alertHistory">,
  toMs: EpochMs,
): Promise<readonly Alert[]> {
  const known = new Set(inMemory.map(({ fingerprint }) => fingerprint));
  const gone = incidents
    .filter(({ members }) => !members.some((member) => known.has(member)))
    .toSorted((a, b) => compareSeverity(b.severity, a.severity) || b.openedAtMs - a.openedAtMs)
    .slice(0, mostIncidents)
    .flatMap(({ members }) => members.slice(0, mostMembers));
  const found = await Promise.all(
    [...new Set(gone)].map((fingerprint) => history.alertHistory({ fingerprint, labels: {}, toMs, limit: 1 })),
  );
  return found.flat();
}
