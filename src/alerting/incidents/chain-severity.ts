import type { Incident } from "../../core/incident.ts";
import { compareSeverity } from "../../core/severity.ts";
import { gravest } from "../alert-book/alert-severity.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { firingMembers } from "./firing-members.ts";

/**
 * Lets the chain of an incident that nobody has taken go by what still fires: for what is left after the gravest alerts ended no telephone
 * rings, and when something as grave fires again the chain begins anew, as `considerPolicy` sees by the severity that it has then; also
 * where somebody has taken what was left.
 */
export function followFiring(state: PipelineState, incident: Incident): Incident {
  const { escalation, status } = incident;
  if (escalation === undefined) return incident;
  const current = gravest(firingMembers(state, incident).map(({ labels }) => labels["severity"] ?? ""));
  if (current === undefined) return incident;
  const { sunkTo, ...chain } = escalation;
  if (sunkTo !== undefined && compareSeverity(current, sunkTo) > 0)
    return { ...incident, escalation: { ...chain, severity: sunkTo } };
  if (status !== "open" || compareSeverity(current, sunkTo ?? chain.severity) >= 0) return incident;
  return { ...incident, escalation: { ...chain, sunkTo: current } };
}
