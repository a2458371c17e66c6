import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { correlating } from "../correlation/correlating.ts";
import { GuestList } from "../correlation/guest-list.ts";
import { deciding } from "../grouping/deciding.ts";
import { closeAbandoned } from "../incidents/close-abandoned.ts";
import { incidentStage } from "../incidents/incident-stage.ts";
import { notifying } from "../incidents/notifying.ts";
import { muting } from "../muting/muting.ts";
import type { FlushItem, FlushStage } from "./flush-item.ts";
import { gatherMembers } from "./gather-members.ts";
import type { PipelineState } from "./pipeline-state.ts";
import { settleGroup } from "./settle-group.ts";

/** A cause that is not told yet speaks in the pass after the one in which its symptoms were due. */
const mostPasses = 4;
/** So many groups begin to speak in one flush; the others stay due, and the next flush is due at once: an outage of everything must not hold the thread. */
const mostGroupsAtOnce = 200;

/** The way of every group that is due; made anew for every pass. */
function flushStagesWith(ids: IdSource, guestList: GuestList): readonly FlushStage[] {
  return [muting(), correlating(guestList), deciding, incidentStage(ids), notifying(ids)];
}

/** Lets the groups that are longest due speak, and those that have to with them; returns what is to be sent and why. */
export function flushGroups(
  state: PipelineState,
  ids: IdSource,
  nowMs: EpochMs,
): Readonly<{ outbox: readonly OutboxRow[]; decisions: readonly Decision[] }> {
  const outbox: OutboxRow[] = [];
  const decisions: Decision[] = [];
  const concerned = new Set<string>();
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    const due = turnOf(state.groups.due(nowMs), pass, concerned);
    if (due.length === 0) break;
    const guestList = new GuestList(pass === mostPasses);
    const stages = flushStagesWith(ids, guestList);
    for (const { key } of due) {
      concerned.add(key);
      const group = state.groups.get(key);
      if (group === undefined) continue;
      const passed = passGroup(state, group, stages, nowMs);
      outbox.push(...passed.outbox);
      for (const decision of passed.decisions) decisions.push(decision);
    }
    for (const key of guestList.seat(state, nowMs)) concerned.add(key);
  }
  closeAbandoned(state, nowMs);
  return { outbox, decisions };
}

/** The first pass takes the first of what is due, each later one what is due of those and of the groups that they have brought in. */
function turnOf(due: readonly AlertGroup[], pass: number, concerned: ReadonlySet<string>): readonly AlertGroup[] {
  return pass === 1 ? due.slice(0, mostGroupsAtOnce) : due.filter(({ key }) => concerned.has(key));
}

function passGroup(
  state: PipelineState,
  group: AlertGroup,
  stages: readonly FlushStage[],
  nowMs: EpochMs,
): Readonly<{ outbox: readonly OutboxRow[]; decisions: readonly Decision[] }> {
  const decisions: Decision[] = [];
  let item: FlushItem = gatherMembers(state, group, nowMs);
  for (const stage of stages) {
    const passed = stage.run(state, item, nowMs);
    item = passed.output;
    for (const decision of passed.decisions) decisions.push(decision);
  }
  settleGroup(state, item, nowMs);
  return { outbox: item.outbox, decisions };
}
