import type { Alert } from "../../core/alerting/alert.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isRoutedTo } from "../grouping/group-key.ts";
import type { PipelineItem, PipelineState, TransitionStage } from "../pipeline/pipeline-state.ts";
import { Explanations, isActive } from "./explanations.ts";
import { nodesOf } from "./failing-nodes.ts";

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
        decisions.push(outlives(state, ended, { alert: root, why: "is over" }, nowMs));
      }
    }
    if (items.some((item) => isCounted(state, item))) decisions.push(...loseWays(state, nowMs));
    return { state, output: items, decisions };
  },
};

/** True for the end of what counts for a redundancy group. */
function isCounted(state: PipelineState, { alert, kind }: PipelineItem): boolean {
  const { counted } = state.graph;
  return kind === "resolved" && counted.size > 0 && nodesOf(state, alert.labels).some((node) => counted.has(node));
}

/** A member of a redundancy group is well again: what its group's failure explained may have lost its way to a cause that goes on. */
function loseWays(state: PipelineState, nowMs: EpochMs): readonly Decision[] {
  const explanations = new Explanations(state, nowMs);
  return state.alerts.explained().flatMap((symptom) => {
    const { explanation } = symptom;
    if (!isActive(symptom) || explanation === undefined || symptom.status === "resolved") return [];
    if (explanation.endedAtMs !== undefined || explanations.of(symptom).kind === "explained") return [];
    const root = state.alerts.get(explanation.root);
    const ended = state.alerts.explain(symptom, { ...explanation, endedAtMs: nowMs });
    lookAgain(state, ended, nowMs + state.config.correlation.graceMs);
    return root === undefined
      ? []
      : [outlives(state, ended, { alert: root, why: "does not reach it any more" }, nowMs)];
  });
}

/** Lets the groups that an alert is routed to look again at a moment. */
export function lookAgain({ groups, config }: PipelineState, alert: Alert, atMs: EpochMs): void {
  for (const group of groups.groupsOf(alert.fingerprint)) {
    if (group.nextFlushMs <= atMs || !isRoutedTo(config.route, group, alert.labels)) continue;
    groups.put({ ...group, nextFlushMs: atMs });
  }
}

function outlives(
  { config }: PipelineState,
  symptom: Alert,
  { alert: root, why }: Readonly<{ alert: Alert; why: string }>,
  nowMs: EpochMs,
): Decision {
  const name = root.annotations["summary"] ?? root.labels["alertname"] ?? root.fingerprint;
  const because = `its cause "${name}" ${why}; told on its own if it still fires in ${formatDuration(config.correlation.graceMs)}`;
  const by = `alert/${root.fingerprint}`;
  return { atMs: nowMs, stage: "correlation", outcome: "hold", subject: symptom.fingerprint, because, by };
}
