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
 * Lets the chain of an incident go by what still fires: for what is left after the gravest alerts ended no telephone rings. "Begins anew"
 * is left to `considerPolicy`, which sees that the incident is graver than its chain.
 *
 * | the gravest that fires is        | and                                               | the chain                    |
 * |----------------------------------|---------------------------------------------------|------------------------------|
 * | graver than what it has sunk to  | somebody took the incident while that was muted   | is as it was before it sank  |
 * |                                  | something graver may be told                      | begins anew                  |
 * |                                  | all that is graver is muted                       | is muffled, and asks again   |
 * | milder than what it goes by      | nobody has taken the incident                     | sinks to that                |
 * | anything else                    |                                                   | is muffled no more           |
 */
export function followFiring(state: PipelineState, incident: Incident, nowMs: EpochMs): Incident {
  const { escalation, status } = incident;
  const current = gravestOf(firingMembers(state, incident));
  if (escalation === undefined || current === undefined) return incident;
  const { sunkTo, isMuffled, ...chain } = escalation;
  if (sunkTo !== undefined && isGraver(current, sunkTo)) {
    if (isMuffled && status !== "open") return { ...incident, escalation: chain };
    const audible = gravestOf(audibleMembers(state, incident, new Mutes(state, nowMs)).alerts);
    if (audible !== undefined && isGraver(audible, sunkTo))
      return { ...incident, escalation: { ...chain, severity: sunkTo } };
    return isMuffled ? incident : { ...incident, escalation: { ...escalation, isMuffled: true } };
  }
  if (status === "open" && isGraver(sunkTo ?? chain.severity, current))
    return { ...incident, escalation: { ...chain, sunkTo: current } };
  const { isMuffled: _ended, ...audibly } = escalation;
  return isMuffled ? { ...incident, escalation: audibly } : incident;
}

/** Lets the chain of an incident that nobody has taken go by what may be told, where all that is graver is muted. */
export function followAudible(incident: Incident, audible: readonly Alert[]): Incident {
  const { escalation, status } = incident;
  const current = gravestOf(audible);
  if (escalation === undefined || status !== "open" || current === undefined) return incident;
  if (!isGraver(escalation.sunkTo ?? escalation.severity, current)) return incident;
  return { ...incident, escalation: { ...escalation, sunkTo: current, isMuffled: true } };
}

function gravestOf(alerts: readonly Alert[]): Severity | undefined {
  return gravest(alerts.map(({ labels }) => labels["severity"] ?? ""));
}

function isGraver(one: Severity, other: Severity): boolean {
  return compareSeverity(one, other) > 0;
}
