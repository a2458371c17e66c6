import type { Alert } from "../../core/alert.ts";
import { formatDuration } from "../../core/duration.ts";
import type { Decision } from "../../core/stage.ts";
import type { EpochMs } from "../../core/time.ts";
import { isRoutedTo } from "../grouping/group-key.ts";
import type { PipelineState, TransitionStage } from "../pipeline/pipeline-state.ts";
import { isActive } from "./explanations.ts";

/** Notes when the cause of explained alerts ends, and lets these be told on their own when they outlive it by the grace. */
export const correlation: TransitionStage = {
  run(state, items, nowMs) {
    const decisions: Decision[] = [];
    for (const { alert: root, kind } of items) {
      if (kind !== "resolved") continue;
      for (const symptom of state.alerts.symptomsOf(root.fingerprint)) {
        const { explanation } = symptom;
        if (!isActive(symptom) || explanation === undefined || symptom.status === "resolved") continue;
        if (explanation.endedAtMs !== undefined) continue;
        const ended = state.alerts.explain(symptom, { ...explanation, endedAtMs: nowMs });
        lookAgain(state, ended, nowMs + state.config.correlation.graceMs);
        decisions.push(outlives(state, ended, root, nowMs));
      }
    }
    return { state, output: items, decisions };
  },
};

/** Lets the groups that an alert is routed to look again at a moment. */
export function lookAgain({ groups, config }: PipelineState, alert: Alert, atMs: EpochMs): void {
  for (const group of groups.groupsOf(alert.fingerprint)) {
    if (group.nextFlushMs <= atMs || !isRoutedTo(config.route, group, alert.labels)) continue;
    groups.put({ ...group, nextFlushMs: atMs });
  }
}

function outlives({ config }: PipelineState, symptom: Alert, root: Alert, nowMs: EpochMs): Decision {
  const name = root.annotations["summary"] ?? root.labels["alertname"] ?? root.fingerprint;
  const because = `its cause "${name}" is over; told on its own if it still fires in ${formatDuration(config.correlation.graceMs)}`;
  const by = `alert/${root.fingerprint}`;
  return { atMs: nowMs, stage: "correlation", outcome: "hold", subject: symptom.fingerprint, because, by };
}
