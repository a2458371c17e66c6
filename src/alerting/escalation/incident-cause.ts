import type { Alert } from "../../core/alerting/alert.ts";
import type { Incident, IncidentCause } from "../../core/alerting/incident.ts";
import type { EpochMs } from "../../core/time/time.ts";

/** Where alerts are looked up. */
type Alerts = Readonly<{ alerts: Readonly<{ get(fingerprint: string): Alert | undefined }> }>;

/** When the cause of an incident is to be told; undefined when there is none, it was, or no clock says when it may be. */
export function causeDueMs({ cause }: Incident): EpochMs | undefined {
  if (cause === undefined || cause.toldAtMs !== undefined) return undefined;
  return cause.muted === undefined ? cause.dueMs : cause.muted.untilMs;
}

/** True for a cause that a mute kept from being told. */
export function isCauseMuted({ cause }: Incident): boolean {
  return cause?.muted !== undefined && cause.toldAtMs === undefined;
}

/** Whether what explains an incident goes on. */
export function isCauseFiring({ alerts }: Alerts, { chain }: IncidentCause): boolean {
  return alerts.get(chain[0]?.fingerprint ?? "")?.status === "firing";
}
