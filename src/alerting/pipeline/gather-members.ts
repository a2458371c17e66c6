import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isActive } from "../correlation/explanations.ts";
import { isRoutedTo } from "../grouping/group-key.ts";
import type { FlushItem } from "./flush-item.ts";
import type { PipelineState } from "./pipeline-state.ts";

const nothingKept = {
  muted: [],
  mutedBy: {},
  unmuteMs: Number.POSITIVE_INFINITY,
  explained: [],
  informed: new Set<string>(),
  lookAgainMs: Number.POSITIVE_INFINITY,
};

/** Sorts the members of a group for a flush, each with its newest annotations. */
export function gatherMembers(state: PipelineState, group: AlertGroup, nowMs: EpochMs): FlushItem {
  const told = new Set(group.told?.firing);
  const firing: Alert[] = [];
  const guests = new Set<string>();
  const strays: Alert[] = [];
  const recovered: Alert[] = [];
  const unheard: Alert[] = [];
  for (const member of group.members) {
    const alert = state.alerts.refresh(member, nowMs);
    if (alert === undefined) continue;
    if (alert.status === "resolved") (told.has(member) ? recovered : unheard).push(alert);
    else if (isRoutedTo(state.config.route, group, alert.labels)) firing.push(alert);
    else if (isGuest(group, alert)) {
      guests.add(member);
      firing.push(alert);
    } else if (told.has(member)) strays.push(alert);
  }
  const route = state.routes.get(group.route) ?? state.config.route;
  return { group, route, firing, guests, ...nothingKept, strays, recovered, unheard, outbox: [] };
}

/** True while an alert is told by a group because what explains it is. */
export function isGuest({ key }: AlertGroup, alert: Alert): boolean {
  return isActive(alert) && alert.explanation?.groups.includes(key) === true;
}
