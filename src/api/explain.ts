import type { Alert } from "../core/alerting/alert.ts";
import type { DeliveryRecord } from "../core/alerting/outbox.ts";
import type { Decision } from "../core/alerting/stage.ts";
import type { Labels } from "../core/labels.ts";
import type { Store } from "../core/store.ts";
import type { EpochMs } from "../core/time/time.ts";

/** Where results, past alerts and what was decided of them are kept. */
export type History = Pick<Store, "alertHistory" | "decisions" | "deliveriesOf" | "results" | "series">;

/** One occurrence of an alert with everything that was decided of it and of its incidents, and the attempts to tell of them, oldest first. */
export type ExplainedAlert = Readonly<{
  alert: Alert;
  incidents: readonly string[];
  trail: readonly Decision[];
  deliveries: readonly DeliveryRecord[];
}>;

export type ExplainQuery = Readonly<{ fingerprint?: string; labels: Labels; limit: number }>;

const mostDecisions = 2000;
const mostDeliveries = 500;
const incidentPrefix = "incident/";

/** Says of past alerts why they were told or not, from what was stored then; the config of today plays no part. */
export async function explainPast(
  history: History,
  query: ExplainQuery,
  nowMs: EpochMs,
): Promise<readonly ExplainedAlert[]> {
  const alerts = await history.alertHistory({ ...query, toMs: nowMs });
  const nextStart = new Map<string, EpochMs>();
  const explained: ExplainedAlert[] = [];
  for (const alert of alerts) {
    const beforeMs = nextStart.get(alert.fingerprint) ?? Number.POSITIVE_INFINITY;
    nextStart.set(alert.fingerprint, alert.startsAtMs);
    explained.push(await explainOne(history, alert, beforeMs));
  }
  return explained;
}

async function explainOne(history: History, alert: Alert, beforeMs: EpochMs): Promise<ExplainedAlert> {
  const own = await decisionsWithin(history, alert.fingerprint, alert.startsAtMs, beforeMs);
  const incidents = [...new Set(own.flatMap(({ by }) => incidentOf(by)))];
  const ofIncidents: Decision[] = [];
  const deliveries: DeliveryRecord[] = [];
  for (const incident of incidents) {
    ofIncidents.push(...(await decisionsWithin(history, incident, alert.startsAtMs, beforeMs)));
    deliveries.push(...(await history.deliveriesOf(incident, mostDeliveries)));
  }
  return {
    alert,
    incidents,
    trail: [...own, ...ofIncidents].sort((a, b) => a.atMs - b.atMs),
    deliveries: deliveries.filter(({ atMs }) => atMs >= alert.startsAtMs).sort((a, b) => a.atMs - b.atMs),
  };
}

/** An occurrence that follows another within a millisecond is dated one later than it was decided. */
async function decisionsWithin(
  history: History,
  subject: string,
  fromMs: EpochMs,
  beforeMs: EpochMs,
): Promise<readonly Decision[]> {
  const found = await history.decisions(subject, mostDecisions, fromMs - 1);
  return found.filter(({ atMs }) => atMs < beforeMs);
}

function incidentOf(by: string | undefined): readonly string[] {
  return by?.startsWith(incidentPrefix) === true ? [by.slice(incidentPrefix.length)] : [];
}
