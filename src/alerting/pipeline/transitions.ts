import type { Decision } from "../../core/alerting/stage.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertTransition } from "../alert-book/alert-book.ts";
import { correlation } from "../correlation/correlation.ts";
import { grouping } from "../grouping/grouping.ts";
import { noteHeld } from "../holding/holding.ts";
import { isEndAwaited } from "../incidents/heard-ends.ts";
import { noteSeen } from "../maintenance/maintaining.ts";
import { releasing } from "../muting/releasing.ts";
import { routing } from "../routing/routing.ts";
import type { PipelineItem, PipelineState, TransitionStage } from "./pipeline-state.ts";
import { leaving } from "./strangers.ts";

/** The way of every alert that begins or ends. */
const transitionStages: readonly TransitionStage[] = [correlation, routing, leaving, grouping, noteHeld, releasing];

/** Sends transitions of alerts through all stages; returns the trail, beginning with why each began or ended. */
export function passTransitions(
  state: PipelineState,
  transitions: readonly AlertTransition[],
  nowMs: EpochMs,
): readonly Decision[] {
  if (transitions.length === 0) return [];
  const decisions: Decision[] = transitions.map(({ alert, kind, because }) => ({
    atMs: nowMs,
    stage: "state",
    outcome: "pass",
    subject: alert.fingerprint,
    because: `${kind}: ${because}`,
  }));
  let items: readonly PipelineItem[] = transitions.map((transition) => ({ ...transition, routes: [] }));
  for (const stage of transitionStages) {
    const passed = stage.run(state, items, nowMs);
    items = passed.output;
    decisions.push(...passed.decisions);
  }
  noteSeen(
    state,
    transitions.filter(({ kind }) => kind === "fired").map(({ alert }) => alert.fingerprint),
    nowMs,
  );
  for (const { alert, kind } of transitions) {
    if (kind !== "resolved") continue;
    state.incidents.wakeHomeless(alert.fingerprint, nowMs);
    state.incidents.wakeCaused(alert.fingerprint, nowMs);
    if (state.groups.holds(alert.fingerprint) || isEndAwaited(state, alert.fingerprint)) continue;
    state.alerts.forget(alert.fingerprint);
  }
  return decisions;
}
