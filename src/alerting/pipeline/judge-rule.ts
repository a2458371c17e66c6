import { subjectId } from "../../core/checks/result.ts";
import type { Series } from "../../core/checks/series.ts";
import { instanceOf } from "../../core/checks/target-instance.ts";
import type { Labels } from "../../core/labels.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertTransition, End } from "../alert-book/alert-book.ts";
import type { JudgedState } from "../rules/rule-book.ts";
import { ruleDemands } from "../rules/rule-demands.ts";
import { ruleStateKey } from "../rules/rule-states.ts";
import type { ConfiguredSubject, EngineState } from "./engine-state.ts";

/** Runs of a schedule that may be missing before it is us who do not look. */
const missedRuns = 3;

/** Judges one rule on the answers to its queries; returns the alerts that began or ended by it. */
export function judgeRule(
  state: EngineState,
  id: string,
  inputs: readonly (readonly Series[])[],
  nowMs: EpochMs,
): AlertTransition[] {
  const rule = state.rules.rule(id);
  if (rule === undefined) return [];
  const unseen = unseenBy(state, nowMs);
  return state.rules.judge(id, inputs, { nowMs, unseen }).flatMap((judged) => {
    const demands = ruleDemands(rule, judged.state, state.config);
    return state.alerts.demand(ruleStateKey(judged.state), demands, nowMs, endOf(judged));
  });
}

function endOf({ hasNoData, isOff, isEdited }: JudgedState): End {
  if (isOff) return { kind: "reconfigured", because: "an override leaves it out" };
  if (hasNoData) return { kind: "no_data", because: "there is no data any more" };
  if (isEdited) return { kind: "reconfigured", because: "its rule was edited, and by that it does not hold" };
  return { because: "the condition no longer holds" };
}

/** Tells of a label set without data whether it is we who did not look: its check could not measure, or did not run when it was to. */
function unseenBy(state: EngineState, nowMs: EpochMs): (labels: Labels) => boolean {
  let byCheck: ReadonlyMap<string, readonly ConfiguredSubject[]> | undefined;
  return ({ check, instance }) => {
    if (check === undefined) return false;
    byCheck ??= Map.groupBy(state.subjects.values(), (subject) => subject.check.id);
    const sources = (byCheck.get(check) ?? []).filter(
      ({ target }) => instance === undefined || target.display === instance || instanceOf(target, true) === instance,
    );
    return sources.length > 0 && sources.every((source) => !isLookedAt(state, source, nowMs));
  };
}

function isLookedAt({ checkStates }: EngineState, { key, check }: ConfiguredSubject, nowMs: EpochMs): boolean {
  const checkState = checkStates.get(subjectId(key));
  if (checkState === undefined || checkState.blindSinceMs !== undefined) return false;
  const { schedule, timeoutMs } = check;
  if (schedule.kind !== "every") return true;
  return nowMs - checkState.lastSlotMs <= missedRuns * schedule.everyMs + timeoutMs;
}
