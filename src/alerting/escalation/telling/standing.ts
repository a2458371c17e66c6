import type { Incident } from "../../../core/alerting/incident.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { Standing, Telling } from "../../delivery/outcome/succession.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";

/**
 * How an alert stands for whom it is told. An incident that was taken before that was said is open to whoever it was said to nevertheless,
 * and one that was taken since to who reads of it and was not told so. Both the incident that told it and the one that has it now count.
 */
export function standingOf(
  { alerts, incidents }: Pick<PipelineState, "alerts" | "incidents">,
  fingerprint: string,
  telling: Telling,
): Standing {
  if (alerts.get(fingerprint)?.status !== "firing") return "over";
  const owner = incidents.ownerOf(fingerprint);
  // What fires and belongs to no incident was told by one that somebody closed by hand.
  if (owner === undefined) return "taken";
  const teller = incidents.get(telling.incident ?? "");
  return [owner, teller].some((each) => each !== undefined && isTaken(each, telling)) ? "taken" : "open";
}

function isTaken(incident: Incident, { atMs, readAt }: Telling): boolean {
  const { status, acknowledgement } = incident;
  if (status !== "acknowledged" || acknowledgement === undefined || acknowledgement.atMs <= atMs) return false;
  return readAt === undefined || hearsNews(incident, readAt, acknowledgement.atMs);
}

/** True where news of an incident was told at a moment. */
function hearsNews(
  { receiver, told = [] }: Incident,
  { isPersonal, ...place }: NonNullable<Telling["readAt"]>,
  newsAtMs: EpochMs,
): boolean {
  if (receiver === place.receiver && (!isPersonal || place.recipient === undefined)) return true;
  return told.some(
    (each) =>
      each.receiver === place.receiver && each.atMs <= newsAtMs && (!isPersonal || each.recipient === place.recipient),
  );
}
