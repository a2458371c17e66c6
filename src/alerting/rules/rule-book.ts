import { isDeepStrictEqual } from "node:util";
import type { Judgement, RuleState } from "../../core/alerting/rule-kind.ts";
import type { Series, SeriesQuery } from "../../core/checks/series.ts";
import { fingerprint, type Labels } from "../../core/labels.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { ConfiguredRule } from "./configured-rule.ts";
import { addAbsent, identityLabels, worstByIdentity } from "./judgements-by-identity.ts";
import { initialRuleState, isNothing, ruleStateMachine } from "./rule-state-machine.ts";
import { RuleStates, ruleStateKey } from "./rule-states.ts";
import { settleMs } from "./selection.ts";
import { rememberedKeys } from "./series-key.ts";

/** What a rule asks of the series store. */
export type DueRule = Readonly<{ rule: string; queries: readonly SeriesQuery[] }>;

/** When a rule is judged, and of which label sets we know that it is we who did not look. */
export type JudgeCircumstances = Readonly<{ nowMs: EpochMs; unseen(labels: Labels): boolean }>;

/** A state as judged: whether its label set had no data, an override leaves it out, or it held before the rule was edited and not since. */
export type JudgedState = Readonly<{ state: RuleState; hasNoData: boolean; isOff: boolean; isEdited: boolean }>;

/** A label set that was judged: what was known of it before, if anything was. */
type Known = Readonly<{ identity: string; isKnown: boolean; before: RuleState }>;

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

  /** Grows with every state that is written. */
  get version(): number {
    return this.#states.version;
  }

  states(): readonly RuleState[] {
    return this.#states.values();
  }

  /** Takes a state over as the store had it; one that holds nothing is not needed. */
  load(state: RuleState): void {
    const rule = this.#rules.get(state.rule);
    // Whoever waited for a rule's first data did not do so while nothing looked.
    const hasWaited = isNothing(state) && state.status === "pending";
    if (rule !== undefined && isWorthKeeping(rule, state) && !hasWaited) this.#states.load(state);
    else if (rule === undefined || state.expected === true || hasWaited) this.#end(state);
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

  /** Judges a rule on what its queries found; returns the states that hold an alert now or held one before. Unknown rules (gone since) give none. */
  judge(
    id: string,
    inputs: readonly (readonly Series[])[],
    { nowMs, unseen }: JudgeCircumstances,
  ): readonly JudgedState[] {
    const rule = this.#rules.get(id);
    if (rule === undefined) return [];
    const states = this.#states.of(id);
    const keyOf = rememberedKeys(identityLabels(rule));
    const firing = states.size === 0 ? () => undefined : (labels: Labels) => states.get(keyOf(labels))?.severity;
    const raw = rule.rule.judge(inputs, firing, nowMs);
    const judgements = worstByIdentity(rule, raw, { states, keyOf });
    addAbsent(rule, judgements, states, { found: raw.length > 0, unseen });
    const next = ruleStateMachine(rule);
    const alerting: JudgedState[] = [];
    for (const [identity, judgement] of judgements) {
      const before = states.get(identity) ?? newState(id, judgement);
      const judged = next(before, judgement, nowMs);
      const isOff = judgement.outcome === "off";
      const isGone = isOff || isForgotten(rule, judged, nowMs);
      const after = isGone ? initialRuleState(judged) : judged;
      const isKnown = states.has(identity);
      this.#keep(rule, { identity, isKnown, before }, isGone || !isExpected(rule, after) ? after : expected(after));
      if (before.severity !== undefined || after.severity !== undefined)
        alerting.push({
          state: after,
          isOff,
          hasNoData: judgement.outcome === "no_data",
          isEdited: before.heldBy !== undefined && before.heldBy !== rule.condition,
        });
    }
    return alerting;
  }

  /** States written since the last call; those that hold nothing any more come with status inactive. */
  takeChanges(): readonly RuleState[] {
    const changed = this.#states.takeChanged();
    const ended = [...this.#ended.values()].filter((state) => !this.#states.has(state));
    this.#ended.clear();
    return [...changed, ...ended];
  }

  #keep(rule: ConfiguredRule, { identity, isKnown, before }: Known, after: RuleState): void {
    if (!isWorthKeeping(rule, after)) {
      if (isKnown) this.drop(after);
    } else if (isKnown && isSameForStore(before, after)) this.#states.load(after, identity);
    else this.#states.set(after, identity);
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
  const { activeAtMs, firedAtMs, recoveringSinceMs, missingSinceMs, recentAtMs, activeSinceMs, balance } = state;
  return {
    ...state,
    ...(balance === undefined ? {} : { balance: { ...balance, untilMs: back(balance.untilMs) } }),
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

function newState(rule: string, { labels }: Judgement): RuleState {
  return initialRuleState({ rule, fingerprint: fingerprint(labels), labels });
}

function expected(state: RuleState): RuleState {
  return state.expected === true ? state : { ...state, expected: true };
}

/** A value is written only where a message may name it: it moves at every judgement. */
function isSameForStore(before: RuleState, after: RuleState): boolean {
  if (before === after) return true;
  return (
    before.status === after.status &&
    before.severity === after.severity &&
    (before.severity === undefined || before.value === after.value) &&
    before.balance?.sum === after.balance?.sum &&
    before.activeAtMs === after.activeAtMs &&
    before.firedAtMs === after.firedAtMs &&
    before.recoveringSinceMs === after.recoveringSinceMs &&
    before.heldBy === after.heldBy &&
    before.missingSinceMs === after.missingSinceMs &&
    before.expected === after.expected &&
    before.recentAtMs === after.recentAtMs &&
    isDeepStrictEqual([before.recent, before.activeSinceMs], [after.recent, after.activeSinceMs])
  );
}
