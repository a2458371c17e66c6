import type { OutboxRow } from "../../core/outbox.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { Decision } from "../../core/stage.ts";
import type { EpochMs } from "../../core/time.ts";
import { deciding } from "../grouping/deciding.ts";
import { closeAbandoned } from "../incidents/close-abandoned.ts";
import { incidentStage } from "../incidents/incident-stage.ts";
import { notifying } from "../incidents/notifying.ts";
import { muting } from "../muting/muting.ts";
import type { FlushItem, FlushStage } from "./flush-item.ts";
import { gatherMembers } from "./gather-members.ts";
import type { PipelineState } from "./pipeline-state.ts";
import { settleGroup } from "./settle-group.ts";

/** The way of every group that is due; made anew for every flush. */
function flushStagesWith(ids: IdSource): readonly FlushStage[] {
  return [muting(), deciding, incidentStage(ids), notifying(ids)];
}

/** Lets every due group speak; returns what is to be sent and why. */
export function flushGroups(
  state: PipelineState,
  ids: IdSource,
  nowMs: EpochMs,
): Readonly<{ outbox: readonly OutboxRow[]; decisions: readonly Decision[] }> {
  const outbox: OutboxRow[] = [];
  const decisions: Decision[] = [];
  const stages = flushStagesWith(ids);
  let someEnded = false;
  for (const { key } of state.groups.due(nowMs)) {
    const group = state.groups.get(key);
    if (group === undefined) continue;
    let item: FlushItem = gatherMembers(state, group, nowMs);
    for (const stage of stages) {
      const passed = stage.run(state, item, nowMs);
      item = passed.output;
      decisions.push(...passed.decisions);
    }
    settleGroup(state, item, nowMs);
    outbox.push(...item.outbox);
    someEnded ||= state.groups.get(key) === undefined;
  }
  if (someEnded) closeAbandoned(state, nowMs);
  return { outbox, decisions };
}
