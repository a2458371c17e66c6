import type { Alert } from "../../core/alerting/alert.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import { compareSeverity, type Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { gravest } from "../alert-book/alert-severity.ts";
import { Mutes } from "../muting/mutes.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { audibleMembers } from "./audible-members.ts";
import { firingMembers } from "./firing-members.ts";

/**
 * Lets the chain of an incident that nobody has taken go by what still fires: for what is left after the gravest alerts ended no telephone
 * rings, and when something as grave fires again, and may be told, the chain begins anew, as `considerPolicy` sees by the severity that
 * it has then; also where somebody has taken what was left. Whoever has taken what is muted is not called for it.
 */
export function followFiring(state: PipelineState, incident: Incident, nowMs: EpochMs): Incident {
  const { escalation, status } = incident;
  if (escalation === undefined) return incident;
  const current = gravestOf(firingMembers(state, incident));
  if (current === undefined) return incident;
  const { sunkTo, isMuffled, ...chain } = escalation;
  if (sunkTo !== undefined && compareSeverity(current, sunkTo) > 0) {
    if (isMuffled && status !== "open") return { ...incident, escalation: chain };
    const audible = gravestOf(audibleMembers(state, incident, new Mutes(state, nowMs)).alerts);
    if (audible !== undefined && compareSeverity(audible, sunkTo) > 0)
      return { ...incident, escalation: { ...chain, severity: sunkTo } };
    return isMuffled ? incident : { ...incident, escalation: { ...escalation, isMuffled: true } };
  }
  if (status === "open" && compareSeverity(current, sunkTo ?? chain.severity) < 0)
    return { ...incident, escalation: { ...chain, sunkTo: current } };
  return isMuffled ? { ...incident, escalation: { ...chain, ...(sunkTo === undefined ? {} : { sunkTo }) } } : incident;
}

/** Lets the chain of an incident that nobody has taken go by what may be told, where all that is graver is muted. */
export function followAudible(incident: Incident, audible: readonly Alert[]): Incident {
  const { escalation, status } = incident;
  const current = gravestOf(audible);
  if (escalation === undefined || status !== "open" || current === undefined) return incident;
  if (compareSeverity(current, escalation.sunkTo ?? escalation.severity) >= 0) return incident;
  return { ...incident, escalation: { ...escalation, sunkTo: current, isMuffled: true } };
}

function gravestOf(alerts: readonly Alert[]): Severity | undefined {
  return gravest(alerts.map(({ labels }) => labels["severity"] ?? ""));
}
