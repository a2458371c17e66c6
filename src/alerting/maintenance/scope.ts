import type { MaintenanceScope } from "../../core/alerting/maintenance.ts";
import type { Check } from "../../core/checks/check.ts";
import { invariant } from "../../core/errors.ts";
import type { Labels } from "../../core/labels.ts";
import { type Matcher, makeMatcher, matches } from "../../core/matching/matcher.ts";
import type { MatcherText } from "../../core/matching/matcher-text.ts";
import { alertIdentity } from "../alert-book/alert-demand.ts";
import { checkLabels } from "../check-alerts/check-demands.ts";
import type { ConfiguredRule } from "../rules/configured-rule.ts";
import { ruleLabels } from "../rules/rule-demands.ts";

const known = new WeakMap<MaintenanceScope, (labels: Labels) => boolean>();

/** Compiles a scope once, for as long as the same object is asked about. */
export function coversOf(scope: MaintenanceScope): (labels: Labels) => boolean {
  const covers = known.get(scope) ?? compiled(scope);
  known.set(scope, covers);
  return covers;
}

/** What of a config has alerts that maintenance may cover. */
type Watching = Readonly<{ checks: readonly Check[]; rules: readonly ConfiguredRule[]; env: string }>;

/**
 * Labels of alerts that maintenance may hold back, which say whom its notices go to: outages of checks and alerts of rules that it covers;
 * where it covers none of them, one made up for each of its services.
 */
export function coveredLabels(scope: MaintenanceScope, { checks, rules, env }: Watching): readonly Labels[] {
  const covers = coversOf(scope);
  const ofChecks = checks.flatMap((check) =>
    (check.targets.length === 0 ? [undefined] : check.targets).map(
      (target) =>
        alertIdentity({ alertname: "CheckDown", severity: check.severity, labels: checkLabels(check, target) }).labels,
    ),
  );
  const ofRules = rules.flatMap((rule) =>
    rule.rule.severities.map(
      (severity) => alertIdentity({ alertname: rule.id, severity, labels: ruleLabels(rule, {}, env) }).labels,
    ),
  );
  const covered = [...ofChecks, ...ofRules].filter(covers);
  return covered.length > 0 ? covered : exampleLabels(scope, env);
}

function exampleLabels({ services, matchers }: MaintenanceScope, env: string): readonly Labels[] {
  const demanded = matchers.filter(({ operator, value }) => operator === "=" && value !== "");
  const given = Object.fromEntries(demanded.map(({ name, value }) => [name, value]));
  const labels = { alertname: "Maintenance", severity: "info", tier: "application", env, ...given };
  return services === undefined ? [labels] : services.map((service) => ({ ...labels, service }));
}

function compiled({ services, matchers, neverMute }: MaintenanceScope): (labels: Labels) => boolean {
  const names = services === undefined ? undefined : new Set(services);
  const wanted = matchersOf(matchers);
  const spared = matchersOf(neverMute);
  return (labels) =>
    (names === undefined || names.has(labels["service"] ?? "")) &&
    matches(wanted, labels) &&
    !(spared.length > 0 && matches(spared, labels));
}

function matchersOf(texts: readonly MatcherText[]): readonly Matcher[] {
  return texts.map((text) => {
    const matcher = makeMatcher(text);
    invariant(matcher.ok, `the matcher of ${text.name} was accepted before`);
    return matcher.value;
  });
}
