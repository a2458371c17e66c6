import type { RuleState } from "../../core/rule-kind.ts";
import { TrackedMap } from "../tracked-map.ts";
import { seriesKey } from "./series-key.ts";

/** Key of a rule's state, and the source of its alert. */
export function ruleStateKey({ rule, fingerprint }: Pick<RuleState, "rule" | "fingerprint">): string {
  return `rule\n${rule}\n${fingerprint}`;
}

/** States of rules by key, and of each rule by itself: judging one rule costs nothing for what the others know. */
export class RuleStates {
  readonly #all = new TrackedMap<RuleState>();
  readonly #byRule = new Map<string, Map<string, RuleState>>();

  values(): readonly RuleState[] {
    return this.#all.values();
  }

  /** What a rule knows about each of its label sets, by `seriesKey`. */
  of(rule: string): ReadonlyMap<string, RuleState> {
    return this.#byRule.get(rule) ?? new Map();
  }

  has(state: RuleState): boolean {
    return this.#all.has(ruleStateKey(state));
  }

  /** Takes a state over as the store has it: no change. */
  load(state: RuleState): void {
    this.#index(state);
    this.#all.load(ruleStateKey(state), state);
  }

  set(state: RuleState): void {
    this.#index(state);
    this.#all.set(ruleStateKey(state), state);
  }

  delete(state: RuleState): void {
    this.#byRule.get(state.rule)?.delete(seriesKey(state.labels));
    this.#all.delete(ruleStateKey(state));
  }

  takeChanged(): readonly RuleState[] {
    return this.#all.takeChanges().changed;
  }

  #index(state: RuleState): void {
    const states = this.#byRule.get(state.rule) ?? new Map<string, RuleState>();
    this.#byRule.set(state.rule, states.set(seriesKey(state.labels), state));
  }
}
