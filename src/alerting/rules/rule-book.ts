import { isDeepStrictEqual } from "node:util";
import { fingerprint, type Labels } from "../../core/labels.ts";
import type { Judgement, JudgementOutcome, RuleState } from "../../core/rule-kind.ts";
import type { Series, SeriesQuery } from "../../core/series.ts";
import { compareSeverity, type Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time.ts";
import type { ConfiguredRule } from "./configured-rule.ts";
import { initialRuleState, ruleStateMachine } from "./rule-state-machine.ts";
import { RuleStates, ruleStateKey } from "./rule-states.ts";
import { settleMs } from "./selection.ts";
import { seriesKey } from "./series-key.ts";

/** What a rule asks of the series store. */
export type DueRule = Readonly<{ rule: string; queries: readonly SeriesQuery[] }>;

/** When a rule is judged, and of which label sets we know that it is we who did not look. */
export type JudgeCircumstances = Readonly<{ nowMs: EpochMs; unseen(labels: Labels): boolean }>;

/** A state as judged: whether its label set had no data, or an override leaves it out. */
export type JudgedState = Readonly<{ state: RuleState; hasNoData: boolean; isOff: boolean }>;

/** Holds the rules and what each knows about each of its label sets; states that hold nothing are forgotten. */
export class RuleBook {
  #rules: ReadonlyMap<string, ConfiguredRule>;
  readonly #states = new RuleStates();
  readonly #judgedAtMs = new Map<string, EpochMs>();
  /** States that went back to nothing and are written once more so that the store knows. */
  readonly #ended = new Map<string, RuleState>();

  constructor(rules: readonly ConfiguredRule[]) {
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
  }

  rule(id: string): ConfiguredRule | undefined {
    return this.#rules.get(id);
  }

  states(): readonly RuleState[] {
    return this.#states.values();
  }

  /** Takes a state over as the store had it; one that holds nothing is not needed. */
  load(state: RuleState): void {
    const rule = this.#rules.get(state.rule);
    if (rule !== undefined && isWorthKeeping(rule, state)) this.#states.load(state);
    else if (rule === undefined || state.expected === true) this.#end(state);
  }

  /** Replaces the rules; states of rules that are gone end, all others stay. */
  replace(rules: readonly ConfiguredRule[]): void {
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
    for (const state of this.#states.values()) if (!this.#rules.has(state.rule)) this.drop(state);
  }

  /** Ends a state whose label set will not come back. */
  drop(state: RuleState): void {
    this.#states.delete(state);
    this.#end(state);
  }

  /** The clock was set back: what lies in the future is taken to have happened now. */
  pullBack(nowMs: EpochMs): void {
    this.#judgedAtMs.clear();
    for (const state of this.#states.values()) {
      const pulled = pulledBack(state, nowMs);
      if (!isDeepStrictEqual(pulled, state)) this.#states.set(pulled);
    }
  }

  /** Returns the rules whose interval has passed, with their queries. */
  due(nowMs: EpochMs): readonly DueRule[] {
    const due: DueRule[] = [];
    for (const { id, intervalMs, rule } of this.#rules.values()) {
      const judgedAtMs = this.#judgedAtMs.get(id);
      if (judgedAtMs !== undefined && turnOf(judgedAtMs, intervalMs) === turnOf(nowMs, intervalMs)) continue;
      this.#judgedAtMs.set(id, nowMs);
      due.push({ rule: id, queries: rule.needs(nowMs) });
    }
    return due;
  }

  /** When the next rule is due; undefined without rules. */
  nextDueMs(nowMs: EpochMs): EpochMs | undefined {
    let next: EpochMs | undefined;
    for (const { id, intervalMs } of this.#rules.values()) {
      const judgedAtMs = this.#judgedAtMs.get(id);
      const dueMs = judgedAtMs === undefined ? nowMs : (turnOf(judgedAtMs, intervalMs) + 1) * intervalMs + settleMs;
      if (next === undefined || dueMs < next) next = dueMs;
    }
    return next;
  }

  /** Judges a rule on what its queries found; returns the states that were judged. Unknown rules (gone since) give none. */
  judge(
    id: string,
    inputs: readonly (readonly Series[])[],
    { nowMs, unseen }: JudgeCircumstances,
  ): readonly JudgedState[] {
    const rule = this.#rules.get(id);
    if (rule === undefined) return [];
    const known = this.#states.of(id);
    const raw = rule.rule.judge(inputs, firingSeries(rule, inputs, known), nowMs);
    const judgements = worstByIdentity(rule, raw, known);
    addAbsent(rule, judgements, known, { found: raw.length > 0, unseen });
    const next = ruleStateMachine(rule);
    return [...judgements].map(([identity, judgement]) => {
      const { labels } = judgement;
      const before = known.get(identity) ?? initialRuleState({ rule: id, fingerprint: fingerprint(labels), labels });
      const judged = next(before, judgement, nowMs);
      const isOff = judgement.outcome === "off";
      const isGone = isOff || isForgotten(rule, judged, nowMs);
      const after = isGone ? initialRuleState(judged) : judged;
      this.#keep(rule, before, isGone || !isExpected(rule, after) ? after : { ...after, expected: true });
      return { state: after, isOff, hasNoData: judgement.outcome === "no_data" };
    });
  }

  /** States written since the last call; those that hold nothing any more come with status inactive. */
  takeChanges(): readonly RuleState[] {
    const changed = this.#states.takeChanged();
    const ended = [...this.#ended.values()].filter((state) => !this.#states.has(state));
    this.#ended.clear();
    return [...changed, ...ended];
  }

  #keep(rule: ConfiguredRule, before: RuleState, after: RuleState): void {
    if (!isWorthKeeping(rule, after)) {
      if (this.#states.has(after)) this.drop(after);
    } else if (this.#states.has(after) && isSameForStore(before, after)) this.#states.load(after);
    else this.#states.set(after);
  }

  #end({ rule, fingerprint, labels }: RuleState): void {
    const inactive = initialRuleState({ rule, fingerprint, labels });
    this.#ended.set(ruleStateKey(inactive), inactive);
  }
}

/** Turns begin when a minute has settled, so that a rule that is judged once a minute sees the one that has just ended. */
function turnOf(atMs: EpochMs, intervalMs: number): number {
  return Math.floor((atMs - settleMs) / intervalMs);
}

function pulledBack(state: RuleState, nowMs: EpochMs): RuleState {
  const back = (atMs: EpochMs): EpochMs => Math.min(atMs, nowMs);
  const { activeAtMs, firedAtMs, recoveringSinceMs, missingSinceMs, recentAtMs, activeSinceMs } = state;
  return {
    ...state,
    ...(activeAtMs === undefined ? {} : { activeAtMs: back(activeAtMs) }),
    ...(firedAtMs === undefined ? {} : { firedAtMs: back(firedAtMs) }),
    ...(recoveringSinceMs === undefined ? {} : { recoveringSinceMs: back(recoveringSinceMs) }),
    ...(missingSinceMs === undefined ? {} : { missingSinceMs: back(missingSinceMs) }),
    ...(recentAtMs === undefined ? {} : { recentAtMs: back(recentAtMs) }),
    ...(activeSinceMs === undefined
      ? {}
      : { activeSinceMs: Object.fromEntries(Object.entries(activeSinceMs).map(([name, atMs]) => [name, back(atMs)])) }),
  };
}

function isWorthKeeping(rule: ConfiguredRule, state: RuleState): boolean {
  if (state.status !== "inactive" || state.recent.some((outcome) => outcome !== "ok")) return true;
  return state.expected === true && isExpected(rule, state);
}

/** A series that gave no data for long enough is gone: an unmounted disk, a machine that was taken away. */
function isForgotten({ forgetAfterMs }: ConfiguredRule, { missingSinceMs }: RuleState, nowMs: EpochMs): boolean {
  return missingSinceMs !== undefined && nowMs - missingSinceMs >= forgetAfterMs;
}

/** A rule that alerts on missing data has to remember every label set it has seen; "nothing found at all" is none. */
function isExpected({ onNoData }: ConfiguredRule, { labels }: RuleState): boolean {
  return onNoData === "alert" && Object.keys(labels).length > 0;
}

/** A value is written only where a message may name it: it moves at every judgement. */
function isSameForStore(before: RuleState, after: RuleState): boolean {
  const written = (state: RuleState): object => (state.severity === undefined ? { ...state, value: 0 } : state);
  return isDeepStrictEqual(written(before), written(after));
}

function identityOf({ by }: ConfiguredRule, labels: Labels): Labels {
  const { location: _seenFrom, ...kept } = labels;
  if (by === undefined) return kept;
  return Object.fromEntries(Object.entries(kept).filter(([name]) => by.includes(name)));
}

function firingSeries(
  rule: ConfiguredRule,
  inputs: readonly (readonly Series[])[],
  known: ReadonlyMap<string, RuleState>,
): ReadonlyMap<string, Severity> {
  const firing = new Map<string, Severity>();
  if (![...known.values()].some(({ severity }) => severity !== undefined)) return firing;
  for (const { labels } of inputs.flat()) {
    const severity = known.get(seriesKey(identityOf(rule, labels)))?.severity;
    if (severity !== undefined) firing.set(fingerprint(labels), severity);
  }
  return firing;
}

/** The gravest judgement of each identity; one that says nothing about what nobody knows is left out, as it leaves nothing behind. */
function worstByIdentity(
  rule: ConfiguredRule,
  raw: readonly Judgement[],
  known: ReadonlyMap<string, RuleState>,
): Map<string, Judgement> {
  const worst = new Map<string, Judgement>();
  const speaking = raw.filter(({ outcome }) => known.size > 0 || rule.onNoData === "alert" || isSeverity(outcome));
  for (const judgement of speaking) {
    const labels = identityOf(rule, judgement.labels);
    const identity = seriesKey(labels);
    const isNothing = rule.onNoData !== "alert" && !isSeverity(judgement.outcome) && !known.has(identity);
    if (isNothing) continue;
    const other = worst.get(identity);
    if (other === undefined || gravity(judgement.outcome) > gravity(other.outcome))
      worst.set(identity, { ...judgement, labels });
  }
  return worst;
}

function isSeverity(outcome: JudgementOutcome): outcome is Severity {
  return outcome === "critical" || outcome === "warning" || outcome === "info";
}

const mild: readonly JudgementOutcome[] = ["off", "no_data", "error", "no_reference", "low_volume", "ok"];

function gravity(outcome: JudgementOutcome): number {
  return isSeverity(outcome) ? mild.length + compareSeverity(outcome, "info") : mild.indexOf(outcome);
}

/** Label sets that were known and gave nothing have no data; so has a rule that found nothing at all, under a label set of its own. */
function addAbsent(
  rule: ConfiguredRule,
  judgements: Map<string, Judgement>,
  known: ReadonlyMap<string, RuleState>,
  { found, unseen }: Readonly<{ found: boolean; unseen: JudgeCircumstances["unseen"] }>,
): void {
  const nothing = seriesKey({});
  for (const [identity, state] of known) {
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
