import type { EscalationPolicy } from "../../../core/alerting/escalation.ts";
import type { Severity } from "../../../core/severity.ts";
import type { PoliciesConfig } from "./policies-schema.ts";

export type Policies = ReadonlyMap<string, EscalationPolicy>;

/** Opens the section `policies`. */
export function openPolicies(config: PoliciesConfig): Policies {
  return new Map(Object.entries(config).map(([id, policy]) => [id, openPolicy(id, policy)]));
}

function openPolicy(id: string, config: PoliciesConfig[string]): EscalationPolicy {
  const lasts = Object.entries(config.acknowledgement_lasts).filter(([, ms]) => ms !== undefined);
  return {
    id,
    title: config.title ?? id,
    steps: config.steps.map(({ at, notify, when: { tiers, severities, during, until } }) => ({
      atMs: at,
      notify,
      until,
      ...(tiers === undefined ? {} : { tiers }),
      ...(severities === undefined ? {} : { severities }),
      ...(during === undefined ? {} : { during }),
    })),
    ringAgainMs: config.ring_again,
    acknowledgementLastsMs: Object.fromEntries(lasts) as Partial<Record<Severity, number>>,
    ...(config.then === undefined ? {} : { repeatMs: config.then.repeat }),
  };
}
