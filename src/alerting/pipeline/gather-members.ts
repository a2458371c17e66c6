import type { Alert } from "../../core/alert.ts";
import type { AlertGroup } from "../../core/alert-group.ts";
import type { EpochMs } from "../../core/time.ts";
import { isRoutedTo } from "../grouping/group-key.ts";
import type { FlushItem } from "./flush-item.ts";
import type { PipelineState } from "./pipeline-state.ts";

/** Sorts the members of a group for a flush, each with its newest annotations. */
export function gatherMembers(state: PipelineState, group: AlertGroup, nowMs: EpochMs): FlushItem {
  const told = new Set(group.told?.firing);
  const firing: Alert[] = [];
  const strays: Alert[] = [];
  const recovered: Alert[] = [];
  const unheard: Alert[] = [];
  for (const member of group.members) {
    const alert = state.alerts.refresh(member, nowMs);
    if (alert === undefined) continue;
    if (alert.status === "resolved") (told.has(member) ? recovered : unheard).push(alert);
    else if (isRoutedTo(state.config.route, group, alert.labels)) firing.push(alert);
    else if (told.has(member)) strays.push(alert);
  }
  const route = state.routes.get(group.route) ?? state.config.route;
  const nothingMuted = { muted: [], mutedBy: {}, unmuteMs: Number.POSITIVE_INFINITY };
  return { group, route, firing, ...nothingMuted, strays, recovered, unheard, outbox: [] };
}
