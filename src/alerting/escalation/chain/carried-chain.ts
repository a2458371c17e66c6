import type { Alert } from "../../../core/alerting/alert.ts";
import type { Escalation, EscalationPolicy } from "../../../core/alerting/escalation.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import { severityOf } from "../../alert-book/alert-severity.ts";
import { isActive } from "../../correlation/explanations.ts";
import { firingMembers } from "../../incidents/firing-members.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";
import { isStronger } from "../policies/policy-strength.ts";

/** A chain that is to begin, and for which of the incident's alerts. */
type Beginning = Readonly<{
  incident: Incident;
  joined: readonly Alert[];
  policy: EscalationPolicy;
  isMoving: (alert: Alert) => boolean;
}>;

/**
 * The chain of the incident from which everything that lets this one begin a chain has come, because something else explains it now or the
 * routes were edited: whoever was called for it is not called anew, whoever has taken it has it still, and what comes next comes when it would
 * have come. Undefined where something else is a reason, too, or that chain is a weaker one.
 */
export function carriedChain(
  state: PipelineState,
  { incident, joined, policy, isMoving }: Beginning,
): Readonly<{ incident: Incident; from: string }> | undefined {
  if (!joined.some(mayBringChain) || isCalling(state, incident, isMoving)) return undefined;
  const grave = firingMembers(state, incident).filter(
    (alert) => isMoving(alert) && severityOf(alert.labels["severity"]) === incident.severity,
  );
  if (grave.length === 0 || !grave.every(mayBringChain)) return undefined;
  for (const before of state.incidents.values()) {
    const { id, left = [], escalation: chain } = before;
    if (id === incident.id || chain === undefined || left.length < grave.length) continue;
    if (chain.severity !== incident.severity || isStronger(policy, chain.policy)) continue;
    const gone = new Set(left);
    if (!grave.every(({ fingerprint }) => gone.has(fingerprint))) continue;
    return { incident: withChainOf(incident, before, chain), from: id };
  }
  return undefined;
}

/** What outlives its cause is nobody's again: whoever has taken the cause has not taken that. */
function mayBringChain(alert: Alert): boolean {
  return isActive(alert) || alert.explanation === undefined;
}

/** True while a chain is under way for something as grave that has not come from elsewhere: whoever has that other thing has not this one. */
function isCalling(state: PipelineState, incident: Incident, isMoving: Beginning["isMoving"]): boolean {
  if (incident.escalation === undefined) return false;
  return firingMembers(state, incident).some(
    (alert) => !isMoving(alert) && !isActive(alert) && severityOf(alert.labels["severity"]) === incident.severity,
  );
}

function withChainOf(incident: Incident, { acknowledgement, assignee }: Incident, chain: Escalation): Incident {
  const { acknowledgement: _before, ...rest } = incident;
  const { sunkTo: _sunk, isMuffled: _muffled, ...escalation } = chain;
  return {
    ...rest,
    status: acknowledgement === undefined ? "open" : "acknowledged",
    escalation,
    ...(acknowledgement === undefined ? {} : { acknowledgement }),
    ...(assignee === undefined ? {} : { assignee }),
  };
}
