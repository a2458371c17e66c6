import type { Alert } from "../../../core/alerting/alert.ts";
import type { EscalationPolicy } from "../../../core/alerting/escalation.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import { severityOf } from "../../alert-book/alert-severity.ts";
import type { AlertingConfig } from "../../alerting-config.ts";
import { isActive } from "../../correlation/explanations.ts";
import { isCriticalBusiness } from "../../correlation/holding.ts";
import { knowledgeOf } from "../../incidents/knowledge.ts";
import { decide, type EscalationStepContext } from "../escalation-context.ts";
import { parseReference } from "../people/reach-reference.ts";
import type { Destination } from "../telling/reach.ts";
import { nextMove, withJoined } from "./chain.ts";

/**
 * Notes what critical alerts join an incident that nobody has taken: a step that is to come tells of them, and after the last one the
 * chain begins again. What a cause explains rings for its impact alone, so that two hundred symptoms do not.
 */
export function withRinging(context: EscalationStepContext, incident: Incident, joined: readonly Alert[]): Incident {
  const { escalation, status } = incident;
  if (escalation === undefined || escalation.joinedAtMs !== undefined || status !== "open") return incident;
  if (!joined.some((alert) => isReason(incident, alert)) || !callsPeople(context.config, escalation.policy))
    return incident;
  decide(context, "hold", incident.id, "another critical alert has joined: the next step tells of it");
  return { ...incident, escalation: withJoined(escalation, context.nowMs) };
}

function isReason(incident: Incident, alert: Alert): boolean {
  if (alert.status !== "firing" || severityOf(alert.labels["severity"]) !== "critical") return false;
  if (isActive(alert) && !isCriticalBusiness(alert)) return false;
  // Whom steps told of it in another incident is told already.
  return !(incident.told ?? []).some((heard) => knowledgeOf(incident, heard)(alert.fingerprint) !== "nothing");
}

/**
 * True for a chain that is to begin again only for what has joined, while nothing of that fires: nobody is rung for what is over, and
 * where it comes back they are.
 */
export function hasJoinedInVain(incident: Incident, firing: readonly Alert[]): boolean {
  const { escalation } = incident;
  if (escalation?.joinedAtMs === undefined || nextMove(escalation, false)?.kind !== "repeat") return false;
  return !firing.some((alert) => isReason(incident, alert));
}

/** Chats alone hear of what joins by their groups. */
function callsPeople(config: AlertingConfig, { steps }: EscalationPolicy): boolean {
  return steps.some(({ notify }) =>
    notify.some((reference) => {
      const parsed = parseReference(reference);
      return parsed !== undefined && (parsed.kind !== "receiver" || rings(config, parsed.receiver));
    }),
  );
}

/** True for a person who is counted on, and for what rings. */
export function reachesSomebody(config: AlertingConfig, { receiver, recipient, isCopy }: Destination): boolean {
  if (isCopy === true) return false;
  return recipient !== undefined || rings(config, receiver);
}

function rings({ receivers }: AlertingConfig, name: string): boolean {
  return receivers.get(name)?.integrations.some(({ interrupts }) => interrupts) ?? false;
}
