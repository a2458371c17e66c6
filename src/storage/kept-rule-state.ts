import type { RuleState } from "../core/alerting/rule-kind.ts";

/** False for a state that says no more than its absence: inactive, nothing recent, nothing missing, nothing expected. */
export function isWorthKeeping(state: RuleState): boolean {
  return (
    state.status !== "inactive" ||
    state.missingSinceMs !== undefined ||
    state.expected === true ||
    state.recent.some((each) => each !== "ok")
  );
}

/** Key of a rule state: rule and label set. */
export function ruleStateKey(state: Pick<RuleState, "rule" | "fingerprint">): string {
  return `${state.rule}\n${state.fingerprint}`;
}
