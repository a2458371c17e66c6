import type { EpochMs } from "../../../core/time/time.ts";
import type { Standing } from "../../delivery/outcome/succession.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";

/**
 * How an alert stands that was told at a moment. An incident that was taken before that moment, and of which somebody was told nevertheless,
 * is open to whoever that was.
 */
export function standingOf(
  { alerts, incidents }: Pick<PipelineState, "alerts" | "incidents">,
  fingerprint: string,
  toldAtMs: EpochMs,
): Standing {
  if (alerts.get(fingerprint)?.status !== "firing") return "over";
  const incident = incidents.ownerOf(fingerprint);
  // What fires and belongs to no incident was told by one that somebody closed by hand.
  if (incident === undefined) return "taken";
  const { status, acknowledgement } = incident;
  const isTaken = status !== "open" && (acknowledgement === undefined || acknowledgement.atMs > toldAtMs);
  return isTaken ? "taken" : "open";
}
