import type { Judgement, JudgementOutcome, RuleState } from "../../core/alerting/rule-kind.ts";
import type { Labels } from "../../core/labels.ts";
import { compareSeverity, type Severity } from "../../core/severity.ts";
import type { ConfiguredRule } from "./configured-rule.ts";
import { type KeepsLabel, seriesKey } from "./series-key.ts";

/** What a rule knows, and how the identity of a label set is named. */
export type KnownIdentities = Readonly<{
  states: ReadonlyMap<string, RuleState>;
  keyOf(labels: Labels): string;
}>;

/** Which labels of a series are part of its alert: those of `by`, or all but the location. */
export function identityLabels({ by }: ConfiguredRule): KeepsLabel {
  if (by === undefined) return (name) => name !== "location";
  const kept = new Set<string>(by);
  kept.delete("location");
  return (name) => kept.has(name);
}

/** The gravest judgement of each identity; one that says nothing about what nobody knows is left out, as it leaves nothing behind. */
export function worstByIdentity(
  rule: ConfiguredRule,
  raw: readonly Judgement[],
  { states, keyOf }: KnownIdentities,
): Map<string, Judgement> {
  const worst = new Map<string, Judgement>();
  const keeps = identityLabels(rule);
  for (const judgement of raw) {
    const mayBeNew = rule.onNoData === "alert" || isSeverity(judgement.outcome);
    if (states.size === 0 && !mayBeNew) continue;
    const identity = keyOf(judgement.labels);
    const state = states.get(identity);
    if (state === undefined && !mayBeNew) continue;
    const other = worst.get(identity);
    if (other !== undefined && gravity(judgement.outcome) <= gravity(other.outcome)) continue;
    const labels = state?.labels ?? other?.labels ?? keptOf(judgement.labels, keeps);
    worst.set(identity, { ...judgement, labels });
  }
  return worst;
}

/** Label sets that were known and gave nothing have no data; so has a rule that found nothing at all, under a label set of its own. */
export function addAbsent(
  rule: ConfiguredRule,
  judgements: Map<string, Judgement>,
  states: ReadonlyMap<string, RuleState>,
  { found, unseen }: Readonly<{ found: boolean; unseen(labels: Labels): boolean }>,
): void {
  const nothing = seriesKey({});
  for (const [identity, state] of states) {
    if (judgements.has(identity)) continue;
    const { labels } = state;
    if (identity === nothing && found) judgements.set(identity, { labels, outcome: "ok" });
    else if (!unseen(labels)) judgements.set(identity, { labels, outcome: "no_data" });
    // Where we did not look, what was about to fire begins anew, and all else stays.
    else judgements.set(identity, { labels, outcome: state.status === "pending" ? "ok" : "error" });
  }
  if (judgements.size === 0 && !found && rule.onNoData === "alert" && rule.expectsAny)
    judgements.set(nothing, { labels: {}, outcome: "no_data" });
}

function keptOf(labels: Labels, keeps: KeepsLabel): Labels {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels)) if (keeps(name)) kept[name] = value;
  return kept;
}

function isSeverity(outcome: JudgementOutcome): outcome is Severity {
  return outcome === "critical" || outcome === "warning" || outcome === "info";
}

const mild: readonly JudgementOutcome[] = ["off", "no_data", "error", "no_reference", "low_volume", "ok"];

function gravity(outcome: JudgementOutcome): number {
  return isSeverity(outcome) ? mild.length + compareSeverity(outcome, "info") : mild.indexOf(outcome);
}
