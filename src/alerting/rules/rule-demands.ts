import type { RuleState } from "../../core/rule-kind.ts";
import type { Service } from "../../core/service.ts";
import { severities } from "../../core/severity.ts";
import { type AlertDemand, type LabelParts, makeDemand } from "../alert-book/alert-demand.ts";
import { serviceAnnotations } from "../alert-book/service-annotations.ts";
import type { ConfiguredRule } from "./configured-rule.ts";
import { valueForms } from "./value-forms.ts";

/** What of the config goes into the alerts of rules. */
export type RuleSurroundings = Readonly<{ env: string; services: ReadonlyMap<string, Service> }>;

/** Returns what the state of a rule wants to be firing: its one alert, or nothing. */
export function ruleDemands(rule: ConfiguredRule, state: RuleState, around: RuleSurroundings): readonly AlertDemand[] {
  const { severity } = state;
  if (severity === undefined || (state.status !== "firing" && state.status !== "recovering")) return [];
  const labels = labelsOf(rule, state, around);
  const service = around.services.get(labels["service"] ?? "");
  const annotations = {
    ...serviceAnnotations(service, state.firedAtMs ?? 0),
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
    title: rule.title,
    summary: summaryOf(rule, state, labels),
    detail: state.missingSinceMs === undefined ? undefined : "no data",
  };
  const demand = makeDemand(
    { alertname: rule.id, severity, labels },
    annotations,
    `rule ${rule.id} holds`,
    state.value,
  );
  const { activeAtMs, missingSinceMs } = state;
  return [
    {
      ...demand,
      ...(activeAtMs === undefined ? {} : { beganAtMs: activeAtMs }),
      ...(missingSinceMs === undefined ? {} : { unmeasured: true }),
    },
  ];
}

/** The demand of a condition that holds, but not for long enough yet; undefined for any other state. */
export function pendingRuleDemand(
  rule: ConfiguredRule,
  state: RuleState,
  around: RuleSurroundings,
): AlertDemand | undefined {
  if (state.status !== "pending") return undefined;
  const severity = severities.findLast((each) => state.activeSinceMs?.[each] !== undefined);
  if (severity === undefined) return undefined;
  return ruleDemands(rule, { ...state, status: "firing", severity }, around)[0];
}

function labelsOf(rule: ConfiguredRule, { labels }: RuleState, { env }: RuleSurroundings): LabelParts {
  return {
    ...labels,
    ...rule.labels,
    tier: rule.tier ?? labels["tier"] ?? "application",
    env: rule.env ?? labels["env"] ?? env,
    service: rule.service ?? labels["service"],
  };
}

function summaryOf({ summary, title }: ConfiguredRule, { value }: RuleState, labels: LabelParts): string {
  if (summary === undefined) return labels["instance"] === undefined ? title : `${title}: ${labels["instance"]}`;
  return summary.replaceAll(/\{([a-zA-Z_][a-zA-Z0-9_]*)\}/g, (written, name: string) => {
    if (name in valueForms) return value === undefined ? "?" : (valueForms[name]?.(value) ?? written);
    return labels[name] ?? written;
  });
}
