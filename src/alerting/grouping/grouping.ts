import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup, Told } from "../../core/alerting/alert-group.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import { compareSeverity, type Severity } from "../../core/severity.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { gravest, severityOf } from "../alert-book/alert-severity.ts";
import type { PipelineItem, PipelineState, TransitionStage } from "../pipeline/pipeline-state.ts";
import type { Route } from "../routing/route-tree.ts";
import { adoptTold } from "./adopt-told.ts";
import { bringIncident } from "./bring-incident.ts";
import { changeDueMs } from "./change-due.ts";
import { groupKeyOf, groupLabelsOf } from "./group-key.ts";
import { placeIn, sinceOf } from "./told.ts";

/**
 * Puts alerts that began into their groups and sets when each group speaks: a new group after `group_wait` (at once where the alert
 * began longer ago than that), a group that has spoken when `group_interval` has passed since, but after `group_wait` alone when
 * the alert is graver than all it has told, or grave enough by `prompt` and none that it has told before.
 */
export const grouping: TransitionStage = {
  run(state, items, nowMs) {
    const decisions: Decision[] = [];
    for (const item of items) {
      if (item.kind === "resolved") hasten(state, item, nowMs);
      else for (const route of item.routes) decisions.push(join(state, item, route, nowMs));
    }
    return { state, output: items, decisions };
  },
};

function join(state: PipelineState, { alert }: PipelineItem, route: Route, nowMs: EpochMs): Decision {
  const { fingerprint } = alert;
  const labels = groupLabelsOf(route, alert.labels);
  const key = groupKeyOf(route, labels);
  const known = state.groups.get(key);
  const opened: AlertGroup = known ?? {
    key,
    route: route.id,
    receiver: route.receiver,
    labels,
    members: [],
    nextFlushMs: Number.POSITIVE_INFINITY,
  };
  const group = bringIncident(state, adoptTold(state, opened, fingerprint, alert.labels), alert);
  const members = state.groups.isMember(key, fingerprint) ? group.members : [...group.members, fingerprint];
  const nextFlushMs = Math.min(group.nextFlushMs, joinDueMs(state, group, alert, nowMs));
  state.groups.put({ ...group, members, nextFlushMs });
  const waitMs = Math.max(0, nextFlushMs - nowMs);
  const isPrompt = hasSpoken(group.told) && isUrgent(state.alerts, group.told, alert, routeOf(state, group));
  const why = isPrompt ? ": what is new and this grave does not wait for group_interval" : "";
  return {
    atMs: nowMs,
    stage: "grouping",
    outcome: waitMs > 0 ? "hold" : "pass",
    subject: fingerprint,
    because: `${known === undefined ? "opens" : "joins"} the group ${key}, which speaks in ${formatDuration(waitMs)}${why}`,
    by: key,
  };
}

function routeOf({ routes, config }: PipelineState, group: AlertGroup): Route {
  return routes.get(group.route) ?? config.route;
}

function hasSpoken(told: Told | undefined): told is Told {
  return told !== undefined && told.firing.length > 0;
}

function joinDueMs(state: PipelineState, group: AlertGroup, alert: Alert, nowMs: EpochMs): EpochMs {
  const route = routeOf(state, group);
  const { told } = group;
  if (told !== undefined && sinceOf(told, alert.fingerprint) === alert.startsAtMs)
    return told.atMs + route.repeatIntervalMs;
  const isLate = alert.startsAtMs + route.groupWaitMs < nowMs;
  const waitedMs = isLate ? nowMs : nowMs + route.groupWaitMs;
  if (!hasSpoken(told)) return waitedMs;
  return isUrgent(state.alerts, told, alert, route) ? waitedMs : changeDueMs(group, route, nowMs);
}

/** What comes and goes keeps the distance of the group: only an alert that was not told yet need not. */
function isUrgent(
  alerts: PipelineState["alerts"],
  told: Told,
  { fingerprint, labels }: Alert,
  { prompt }: Route,
): boolean {
  if (prompt === "none") return false;
  const severity = severityOf(labels["severity"]);
  if (compareSeverity(severity, gravestTold(alerts, told)) > 0) return true;
  return compareSeverity(severity, prompt) >= 0 && placeIn(told, fingerprint) === undefined;
}

/** The severity is a label, so what was once told never changes it. */
const gravestByTold = new WeakMap<Told, Severity>();

function gravestTold(alerts: PipelineState["alerts"], told: Told): Severity {
  const known = gravestByTold.get(told);
  if (known !== undefined) return known;
  const found = gravest(told.firing.map((member) => alerts.get(member)?.labels["severity"] ?? "")) ?? "info";
  gravestByTold.set(told, found);
  return found;
}

function hasten({ groups, config, routes }: PipelineState, { alert }: PipelineItem, nowMs: EpochMs): void {
  const isKept = alert.explanation !== undefined || alert.heldSinceMs !== undefined;
  for (const group of groups.groupsOf(alert.fingerprint)) {
    if (!isKept && group.told === undefined && group.muted?.[alert.fingerprint] === undefined) continue;
    const route = routes.get(group.route) ?? config.route;
    const nextFlushMs = Math.min(group.nextFlushMs, changeDueMs(group, route, nowMs));
    groups.put({ ...group, nextFlushMs });
  }
}
