import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isGuest } from "../pipeline/gather-members.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { isRoutedTo } from "./group-key.ts";
import { sinceOf, withoutTold } from "./told.ts";

/** What a group tells its receiver of an alert is not that of another group any more that has no right to tell it: the end comes once. */
export function takeTold(state: PipelineState, { key, receiver }: AlertGroup, alert: Alert, nowMs: EpochMs): void {
  const { fingerprint } = alert;
  for (const other of state.groups.othersOf(fingerprint, key)) {
    const { told } = other;
    if (other.receiver !== receiver || told === undefined || sinceOf(told, fingerprint) === undefined) continue;
    if (mayTell(state, other, alert)) continue;
    const isRouted = isRoutedTo(state.config.route, other, alert.labels);
    const members = isRouted ? other.members : other.members.filter((member) => member !== fingerprint);
    const nextFlushMs = members.length === 0 ? Math.min(nowMs, other.nextFlushMs) : other.nextFlushMs;
    state.groups.put({ ...other, members, nextFlushMs, told: withoutTold(told, new Set([fingerprint])) });
  }
}

/** While a cause explains it, the groups of the cause tell an alert; else those that it is routed to. */
function mayTell({ config }: PipelineState, group: AlertGroup, alert: Alert): boolean {
  if (alert.explanation !== undefined && alert.explanation.releasedAtMs === undefined) return isGuest(group, alert);
  return isRoutedTo(config.route, group, alert.labels);
}
