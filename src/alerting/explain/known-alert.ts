import type { Check } from "../../core/checks/check.ts";
import type { Labels } from "../../core/labels.ts";
import { nearestName } from "../../core/nearest-name.ts";
import type { Severity } from "../../core/severity.ts";
import { alertIdentity } from "../alert-book/alert-demand.ts";
import { drillAlertname } from "../alert-book/drill-labels.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { ownAlertnames } from "../check-alerting-config.ts";
import { checkLabels } from "../check-alerts/check-demands.ts";
import { strangeValue } from "../lint/lint-routes.ts";
import type { ConfiguredRule } from "../rules/configured-rule.ts";
import { ruleLabels } from "../rules/rule-demands.ts";

/**
 * Adds to labels that somebody names those that the config gives such an alert: of its check (`CheckDown` unless another alert of the
 * check is named), else of its rule, else its environment. What is named stands.
 */
export function knownAlert({ checks, rules, env }: AlertingConfig, given: Labels): Labels {
  const check = checks.find(({ id }) => id === given["check"]);
  if (check !== undefined) return { ...ofCheck(check, given), ...given };
  const rule = rules.find(({ id }) => id === given["alertname"]);
  return rule === undefined ? { env, ...given } : { ...ofRule(rule, env), ...given };
}

/** What of these labels no alert of Watchfire's own has, one sentence each. */
export function strangeLabels({ services, checks, rules }: AlertingConfig, labels: Labels): readonly string[] {
  const serviceIds = new Set(services.keys());
  const alertnames = [...ownAlertnames, drillAlertname, ...rules.map(({ id }) => id)];
  return Object.entries(labels).flatMap(([name, value]) => {
    if (name === "check")
      return (
        unknownName(
          name,
          value,
          checks.map(({ id }) => id),
        ) ?? []
      );
    if (name === "alertname") return unknownName(name, value, alertnames) ?? [];
    return strangeValue({ name, value }, serviceIds) ?? [];
  });
}

function ofCheck(check: Check, given: Labels): Labels {
  const alertname = given["alertname"] ?? "CheckDown";
  const named = check.targets.filter(({ display }) => display === given["instance"]);
  const [target, other] = named.length > 0 ? named : check.targets;
  const labels = checkLabels(check, other === undefined ? target : undefined);
  return alertIdentity({ alertname, severity: severityOfCheck(check, alertname), labels }).labels;
}

function severityOfCheck({ severity }: Check, alertname: string): Severity {
  return alertname === "CheckDown" || severity === "info" ? severity : "warning";
}

/** At its gravest: the mildest would hide whom it can wake. */
function ofRule(rule: ConfiguredRule, env: string): Labels {
  const severity = rule.rule.severities.at(-1) ?? "warning";
  return alertIdentity({ alertname: rule.id, severity, labels: ruleLabels(rule, {}, env) }).labels;
}

function unknownName(label: string, name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return undefined;
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `no alert of Watchfire's own has ${label} "${name}"${hint}`;
}
