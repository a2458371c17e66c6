import type { Alert } from "../../core/alert.ts";
import type { Incident, IncidentCause } from "../../core/incident.ts";
import type { EpochMs } from "../../core/time.ts";

/** Where alerts are looked up. */
type Alerts = Readonly<{ alerts: Readonly<{ get(fingerprint: string): Alert | undefined }> }>;

/** When the cause of an incident is to be told; undefined when there is none, or it was. */
export function causeDueMs({ cause }: Incident): EpochMs | undefined {
  return cause === undefined || cause.toldAtMs !== undefined ? undefined : cause.dueMs;
}

/** Whether what explains an incident goes on. */
export function isCauseFiring({ alerts }: Alerts, { chain }: IncidentCause): boolean {
  return alerts.get(chain[0]?.fingerprint ?? "")?.status === "firing";
}
