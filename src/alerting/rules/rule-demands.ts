import type { RuleState } from "../../core/rule-kind.ts";
import type { Service } from "../../core/service.ts";
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
  return [makeDemand({ alertname: rule.id, severity, labels }, annotations, `rule ${rule.id} holds`, state.value)];
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
