import { createHash } from "node:crypto";
import type { Rule, RuleKind } from "../../core/alerting/rule-kind.ts";
import { invariant } from "../../core/errors.ts";
import type { Labels } from "../../core/labels.ts";
import type { Severity } from "../../core/severity.ts";
import type { Tier } from "../../core/tier.ts";
import type { ValueForm } from "../../core/value-form.ts";
import { ruleKinds } from "./index.ts";
import type { RuleConfig, RulesConfig } from "./rules-schema.ts";
import { bindTuned } from "./tuned-rule.ts";

/** A rule of the config, ready to be judged. */
export type ConfiguredRule = Readonly<{
  id: string;
  kind: string;
  title: string;
  service?: string;
  dependsOn?: readonly string[];
  /** Whether its alerts may be told as the cause of others. */
  explains: boolean;
  tier?: Tier;
  env?: string;
  labels: Labels;
  summary?: string;
  /** How messages write its values. */
  form: ValueForm;
  runbook?: string;
  forMs: Readonly<Record<Severity, number>>;
  keepFiringForMs: number;
  kOfN?: Readonly<{ k: number; n: number }>;
  onNoData: "keep" | "resolve" | "alert";
  /** With `onNoData: alert`: a rule that never found a series alerts, too. */
  expectsAny: boolean;
  forgetAfterMs: number;
  intervalMs: number;
  /** Digest of what it judges by: another one after an edit that is more than words. */
  condition: string;
  by?: readonly string[];
  rule: Rule;
}>;

/** Opens the section `rules`. */
export function openRules(config: RulesConfig, kinds: readonly RuleKind[] = ruleKinds): readonly ConfiguredRule[] {
  return Object.entries(config).map(([id, parsed]) => openRule(id, parsed, kinds));
}

function openRule(id: string, parsed: RuleConfig, kinds: readonly RuleKind[]): ConfiguredRule {
  const kind = kinds.find((candidate) => candidate.kind === parsed.kind);
  invariant(kind !== undefined, `the schema let the rule kind "${parsed.kind}" pass`);
  const { title, service, tier, env, summary, unit, runbook, by, k_of_n: kOfN, depends_on: dependsOn } = parsed;
  const rule = bindTuned(kind, parsed);
  return {
    id,
    kind: parsed.kind,
    title: title ?? id,
    ...(service === undefined ? {} : { service }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(tier === undefined ? {} : { tier }),
    ...(env === undefined ? {} : { env }),
    ...(summary === undefined ? {} : { summary }),
    ...(runbook === undefined ? {} : { runbook }),
    ...(by === undefined ? {} : { by }),
    ...(kOfN === undefined ? {} : { kOfN }),
    explains: parsed.explains,
    labels: parsed.labels,
    forMs: forOf(parsed.for),
    keepFiringForMs: parsed.keep_firing_for,
    onNoData: parsed.on_nodata,
    expectsAny: parsed.never_seen === "alert",
    forgetAfterMs: parsed.forget_after,
    intervalMs: parsed.interval,
    condition: conditionOf(parsed),
    form: { ...rule.form, ...(unit === undefined ? {} : { unit }) },
    rule,
  };
}

const words = [
  "title",
  "summary",
  "unit",
  "runbook",
  "labels",
  "service",
  "depends_on",
  "explains",
  "tier",
  "env",
  "interval",
  "keep_firing_for",
];

function conditionOf(parsed: RuleConfig): string {
  const judging = Object.entries(parsed).filter(([key]) => !words.includes(key));
  return createHash("sha256").update(JSON.stringify(judging, withoutUnits)).digest("base64url").slice(0, 12);
}

/** How limits are written changes no condition. */
function withoutUnits(key: string, value: unknown): unknown {
  return key === "unit" ? undefined : value;
}

/** A severity without a duration of its own fires at once. */
function forOf(config: RuleConfig["for"]): ConfiguredRule["forMs"] {
  if (typeof config === "number") return { info: config, warning: config, critical: config };
  return { info: config.info ?? 0, warning: config.warning ?? 0, critical: config.critical ?? 0 };
}
