import type { RuleState } from "../../core/alerting/rule-kind.ts";
import { seriesKey } from "./series-key.ts";

/** Key of a rule's state, and the source of its alert. */
export function ruleStateKey({ rule, fingerprint }: Pick<RuleState, "rule" | "fingerprint">): string {
  return `rule\n${rule}\n${fingerprint}`;
}

type StatesByIdentity = ReadonlyMap<string, RuleState>;

const none: StatesByIdentity = new Map();

/**
 * States of rules by what they are about (the `seriesKey` of their labels), each rule's by itself: judging one costs nothing for what
 * the others know. Remembers what changed since `takeChanged`.
 */
export class RuleStates {
  readonly #byRule = new Map<string, Map<string, RuleState>>();
  readonly #changed = new Map<string, Set<string>>();
  #version = 0;

  /** Grows with every state that is written. */
  get version(): number {
    return this.#version;
  }

  values(): readonly RuleState[] {
    return [...this.#byRule.values()].flatMap((states) => [...states.values()]);
  }

  /** What a rule knows about each of its label sets, by `seriesKey`. */
  of(rule: string): StatesByIdentity {
    return this.#byRule.get(rule) ?? none;
  }

  has({ rule, labels }: RuleState): boolean {
    return this.of(rule).has(seriesKey(labels));
  }

  /** Takes a state over as the store has it: no change. */
  load(state: RuleState, identity: string = seriesKey(state.labels)): void {
    this.#version += 1;
    const states = this.#byRule.get(state.rule) ?? new Map<string, RuleState>();
    this.#byRule.set(state.rule, states.set(identity, state));
  }

  set(state: RuleState, identity: string = seriesKey(state.labels)): void {
    this.load(state, identity);
    const changed = this.#changed.get(state.rule) ?? new Set<string>();
    this.#changed.set(state.rule, changed.add(identity));
  }

  delete({ rule, labels }: RuleState): void {
    this.#version += 1;
    const states = this.#byRule.get(rule);
    states?.delete(seriesKey(labels));
    if (states?.size === 0) this.#byRule.delete(rule);
  }

  takeChanged(): readonly RuleState[] {
    const changed: RuleState[] = [];
    for (const [rule, identities] of this.#changed) {
      const states = this.of(rule);
      for (const identity of identities) {
        const state = states.get(identity);
        if (state !== undefined) changed.push(state);
      }
    }
    this.#changed.clear();
    return changed;
  }
}
