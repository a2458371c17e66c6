import type { Alert } from "../../../core/alerting/alert.ts";
import type { EscalationPolicy } from "../../../core/alerting/escalation.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import type { Labels } from "../../../core/labels.ts";
import { compareSeverity } from "../../../core/severity.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { drillPolicyLabel } from "../../alert-book/drill-labels.ts";
import type { AlertingConfig } from "../../alerting-config.ts";
import { isActive } from "../../correlation/explanations.ts";
import { note } from "../../incidents/incident-record.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";
import { matchRoutes } from "../../routing/route-tree.ts";
import { decide, type EscalationStepContext } from "../escalation-context.ts";
import { isStronger, strongestOf } from "../policies/policy-strength.ts";
import { carriedChain } from "./carried-chain.ts";
import { beginChain } from "./chain.ts";
import { withRinging } from "./ring-again.ts";

/** The policy that an alert brings into its incident: that of its route where that names one, else its service's. */
export function policyOf(
  { route, services, escalation }: AlertingConfig,
  labels: Labels,
): EscalationPolicy | undefined {
  const [first] = matchRoutes(route, labels);
  const id = labels[drillPolicyLabel] ?? first?.policy ?? services.get(labels["service"] ?? "")?.policy;
  return id === undefined ? undefined : escalation.policies.get(id);
}

/** An incident with the policy that it follows now. */
export type Considered = Readonly<{
  incident: Incident;
  /** Its chain goes on where that of another incident was: the same alert, another cause or another route. */
  isCarried?: true;
}>;

/**
 * Gives an incident the strongest policy that its new members bring. A chain that is under way stays as it is, whatever the config says
 * by now, until a stronger policy or a graver severity comes: then it begins anew, and nobody has taken the incident any more. What only
 * passes to another cause or route is no reason to begin anew.
 */
export function considerPolicy(context: EscalationStepContext, state: PipelineState, incident: Incident): Considered {
  const { members, considered = 0 } = incident;
  const joined = members.slice(considered).flatMap((member) => state.alerts.get(member) ?? []);
  const brought = strongestOf(joined.flatMap(({ labels }) => policyOf(state.config, labels) ?? []));
  const seen = considered === members.length ? incident : { ...incident, considered: members.length };
  const anew = reasonToBegin(seen, brought);
  if (anew === undefined) return { incident: withRinging(context, seen, joined) };
  const { policy, isBrought } = anew;
  const isMoving = (alert: Alert): boolean => !isBrought || policyOf(state.config, alert.labels)?.id === policy.id;
  const carried = carriedChain(state, { incident: seen, joined, policy, isMoving });
  if (carried === undefined) return { incident: begun(seen, policy, anew.why, context.nowMs) };
  const why = joined.some(isActive) ? "another cause" : "other routes";
  const because = `goes on with the chain of incident ${carried.from}: the same alert, ${why}`;
  decide(context, "pass", incident.id, because);
  return {
    incident: note(carried.incident, { atMs: context.nowMs, kind: "policy", detail: because }),
    isCarried: true,
  };
}

/** Why a chain begins; `isBrought` where a new member's policy is the reason and not the severity. */
type Beginning = Readonly<{ policy: EscalationPolicy; isBrought: boolean; why: string }>;

function reasonToBegin(
  { escalation: known, severity }: Incident,
  brought: EscalationPolicy | undefined,
): Beginning | undefined {
  if (known === undefined)
    return brought === undefined ? undefined : { policy: brought, isBrought: true, why: "policy" };
  if (brought !== undefined && brought.id !== known.policy.id && isStronger(brought, known.policy))
    return { policy: brought, isBrought: true, why: "stronger policy" };
  if (compareSeverity(severity, known.severity) > 0)
    return { policy: known.policy, isBrought: false, why: `now ${severity}: policy` };
  return undefined;
}

function begun(incident: Incident, policy: EscalationPolicy, why: string, nowMs: EpochMs): Incident {
  const { acknowledgement, ...rest } = incident;
  const opened: Incident = { ...rest, status: "open", escalation: beginChain(policy, incident.severity, nowMs) };
  const again = acknowledgement === undefined ? "" : `; ${acknowledgement.by} took it before that`;
  return note(opened, { atMs: nowMs, kind: "policy", detail: `${why} ${policy.title}${again}` });
}
