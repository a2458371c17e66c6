import type { RuleState } from "../../core/rule-kind.ts";
import type { Service } from "../../core/service.ts";
import { type AlertDemand, type LabelParts, makeDemand } from "../alert-book/alert-demand.ts";
import { serviceAnnotations } from "../alert-book/service-annotations.ts";
import type { ConfiguredRule } from "./configured-rule.ts";

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

function summaryOf({ summary, title }: ConfiguredRule, state: RuleState, labels: LabelParts): string {
  if (summary === undefined) return labels["instance"] === undefined ? title : `${title}: ${labels["instance"]}`;
  return summary.replaceAll(/\{([a-zA-Z_][a-zA-Z0-9_]*)\}/g, (written, name: string) =>
    name === "value" ? (valueText(state) ?? "no data") : (labels[name] ?? written),
  );
}

/** Four significant digits: what a person compares. */
function valueText({ value }: RuleState): string | undefined {
  return value === undefined ? undefined : String(Number(value.toPrecision(4)));
}
