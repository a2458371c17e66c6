import type { Alert } from "../../core/alert.ts";
import type { EscalationPolicy } from "../../core/escalation.ts";
import type { Incident } from "../../core/incident.ts";
import type { Labels } from "../../core/labels.ts";
import { compareSeverity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time.ts";
import { drillPolicyLabel } from "../alert-book/drill-labels.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { note } from "../incidents/incident-record.ts";
import { matchRoutes } from "../routing/route-tree.ts";
import { beginChain } from "./chain.ts";
import { isStronger, strongestOf } from "./policy-strength.ts";

/** The policy that an alert brings into its incident: that of its route where that names one, else its service's. */
export function policyOf(
  { route, services, escalation }: AlertingConfig,
  labels: Labels,
): EscalationPolicy | undefined {
  const [first] = matchRoutes(route, labels);
  const id = labels[drillPolicyLabel] ?? first?.policy ?? services.get(labels["service"] ?? "")?.policy;
  return id === undefined ? undefined : escalation.policies.get(id);
}

/**
 * Gives an incident the strongest policy that its new members bring. A chain that is under way stays as it is, whatever the config says
 * by now, until a stronger policy or a graver severity comes: then it begins anew, and nobody has taken the incident any more.
 */
export function considerPolicy(
  incident: Incident,
  config: AlertingConfig,
  alertOf: (fingerprint: string) => Alert | undefined,
  nowMs: EpochMs,
): Incident {
  const { members, considered = 0 } = incident;
  const joined = members.slice(considered).flatMap((member) => alertOf(member) ?? []);
  const brought = strongestOf(joined.flatMap(({ labels }) => policyOf(config, labels) ?? []));
  const seen = considered === members.length ? incident : { ...incident, considered: members.length };
  const known = seen.escalation;
  if (known === undefined) return brought === undefined ? seen : begun(seen, brought, "policy", nowMs);
  if (brought !== undefined && brought.id !== known.policy.id && isStronger(brought, known.policy))
    return begun(seen, brought, "stronger policy", nowMs);
  if (compareSeverity(seen.severity, known.severity) > 0)
    return begun(seen, known.policy, `now ${seen.severity}: policy`, nowMs);
  return seen;
}

function begun(incident: Incident, policy: EscalationPolicy, why: string, nowMs: EpochMs): Incident {
  const { acknowledgement, ...rest } = incident;
  const opened: Incident = { ...rest, status: "open", escalation: beginChain(policy, incident.severity, nowMs) };
  const again = acknowledgement === undefined ? "" : `; ${acknowledgement.by} took it before that`;
  return note(opened, { atMs: nowMs, kind: "policy", detail: `${why} ${policy.title}${again}` });
}
