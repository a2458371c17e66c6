import type { RuleState } from "../../core/alerting/rule-kind.ts";
import type { Labels } from "../../core/labels.ts";
import { signedPercent } from "../../core/message/short-number.ts";
import { telling, valueWords } from "../../core/message/value-words.ts";
import { type Locale, words } from "../../core/message/words.ts";
import type { Service } from "../../core/service.ts";
import { type Severity, severities } from "../../core/severity.ts";
import type { ValueForm } from "../../core/value-form.ts";
import {
  type AlertDemand,
  type AlertIdentity,
  alertIdentity,
  type LabelParts,
  present,
} from "../alert-book/alert-demand.ts";
import { serviceAnnotations } from "../alert-book/service-annotations.ts";
import type { ConfiguredRule } from "./configured-rule.ts";
import { valueForms } from "./value-forms.ts";

/** What of the config goes into the alerts of rules. */
export type RuleSurroundings = Readonly<{ env: string; locale: Locale; services: ReadonlyMap<string, Service> }>;

/** Returns what the state of a rule wants to be firing: its one alert, or nothing. */
export function ruleDemands(rule: ConfiguredRule, state: RuleState, around: RuleSurroundings): readonly AlertDemand[] {
  const { severity } = state;
  if (severity === undefined || (state.status !== "firing" && state.status !== "recovering")) return [];
  const { identity, annotations, because } = spoken(rule, { ...state, severity }, around);
  const { activeAtMs, missingSinceMs, comparison } = state;
  const value = comparison?.measured ?? state.value;
  return [
    {
      ...identity,
      annotations,
      because,
      ...(value === undefined ? {} : { value }),
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

/** What a rule says of a label set at one severity, and what of its state that depends on. */
type Spoken = Readonly<{
  identity: AlertIdentity;
  annotations: Readonly<Record<string, string>>;
  because: string;
  basis: readonly unknown[];
}>;
type Firing = RuleState & Readonly<{ severity: Severity }>;

/** The labels of a state are one object for as long as it lives, a config replaces its rules whole, and fingerprints are dear. */
const known = new WeakMap<ConfiguredRule, WeakMap<Labels, Map<Severity, Spoken>>>();

function spoken(rule: ConfiguredRule, state: Firing, around: RuleSurroundings): Spoken {
  const { labels, severity, firedAtMs, missingSinceMs, value, comparison, balance } = state;
  const ofRule = known.get(rule) ?? new WeakMap<Labels, Map<Severity, Spoken>>();
  known.set(rule, ofRule);
  const ofLabels = ofRule.get(labels) ?? new Map<Severity, Spoken>();
  ofRule.set(labels, ofLabels);
  const before = ofLabels.get(severity);
  const basis = [around, firedAtMs, missingSinceMs, value, comparison?.measured, balance?.sum];
  if (before?.basis.every((part, index) => part === basis[index]) === true) return before;
  const identity =
    before?.identity ?? alertIdentity({ alertname: rule.id, severity, labels: ruleLabels(rule, labels, around.env) });
  const annotations = present(annotationsOf(rule, state, { identity, around }));
  const now: Spoken = { identity, annotations, because: becauseOf(rule, state), basis };
  ofLabels.set(severity, now);
  return now;
}

function becauseOf({ id }: ConfiguredRule, { missingSinceMs }: RuleState): string {
  if (missingSinceMs === undefined) return `rule ${id} holds`;
  return `rule ${id} has no data since ${new Date(missingSinceMs).toISOString()}`;
}

function annotationsOf(
  rule: ConfiguredRule,
  state: Firing,
  { identity: { labels }, around }: Readonly<{ identity: AlertIdentity; around: RuleSurroundings }>,
): LabelParts {
  return {
    ...serviceAnnotations(around.services.get(labels["service"] ?? ""), state.firedAtMs ?? 0),
    ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
    title: rule.title,
    summary: summaryOf(rule, state, { labels, locale: around.locale }),
    ...measuredWords(rule, state, around.locale),
  };
}

/** What a title says of the value, and the value with its unit; of a comparison by how much it differs, and what is usual. */
function measuredWords({ form }: ConfiguredRule, state: RuleState, locale: Locale): LabelParts {
  const { value, comparison, missingSinceMs, balance } = state;
  if (missingSinceMs !== undefined) return { what: words[locale].noData };
  if (value === undefined) return {};
  if (comparison === undefined)
    return { what: telling(value, form, locale), measured: valueWords(value, form, locale) };
  const { measured, usual } = comparison;
  return {
    what: signedPercent(value, locale),
    measured: valueWords(measured, form, locale),
    usual: valueWords(usual, usualForm(form), locale),
    impact_total: balance === undefined ? undefined : balanceWords(balance.sum, form, locale),
  };
}

/** What it came to in the end; too little to be a number that people count is nothing. */
function balanceWords(sum: number, { unit }: ValueForm, locale: Locale): string | undefined {
  const rounded = Math.round(Math.abs(sum));
  if (rounded === 0) return undefined;
  const said = valueWords(rounded, unit === undefined ? {} : { unit }, locale);
  return sum < 0 ? words[locale].fewer(said) : words[locale].moreThanUsual(said);
}

/** Beside the value a word or a span need not be said again. */
function usualForm({ unit }: ValueForm): ValueForm {
  return unit !== undefined && ["percent", "bytes", "seconds"].includes(unit) ? { unit } : {};
}

/** Labels of the alerts that a rule raises about a series with these. */
export function ruleLabels(rule: ConfiguredRule, labels: Labels, env: string): LabelParts {
  return {
    ...labels,
    ...rule.labels,
    tier: rule.tier ?? labels["tier"] ?? "application",
    env: rule.env ?? labels["env"] ?? env,
    service: rule.service ?? labels["service"],
  };
}

type Said = Readonly<{ labels: LabelParts; locale: Locale }>;

/** The words of the config, unless they are about a value that is missing. */
function summaryOf({ summary, title }: ConfiguredRule, state: RuleState, said: Said): string {
  const { value, missingSinceMs } = state;
  const { labels, locale } = said;
  if (summary === undefined || missingSinceMs !== undefined)
    return labels["instance"] === undefined ? title : `${title}: ${labels["instance"]}`;
  return summary.replaceAll(/\{([a-zA-Z_][a-zA-Z0-9_]*)\}/g, (written, name: string) => {
    if (name in valueForms) return value === undefined ? "?" : (valueForms[name]?.(value, locale) ?? written);
    return labels[name] ?? written;
  });
}
