import type { AlertGroup, Told } from "../../core/alerting/alert-group.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { takeTold } from "../grouping/take-told.ts";
import { newsOf, sinceOf, withoutTold } from "../grouping/told.ts";
import { closeSpent } from "../incidents/close-abandoned.ts";
import { isEndAwaited, noteHeardEnds } from "../incidents/heard-ends.ts";
import { type FlushItem, isOnlyInformed } from "./flush-item.ts";
import type { PipelineState } from "./pipeline-state.ts";

/** Writes down what a flush told: resolved alerts leave the group, an empty group ends, and the next flush is set. */
export function settleGroup(state: PipelineState, item: FlushItem, nowMs: EpochMs): void {
  const { groups, alerts } = state;
  const group = groups.get(item.group.key) ?? item.group;
  const members = [...item.firing, ...item.strays, ...item.muted, ...item.explained].map((alert) => alert.fingerprint);
  if (members.length === 0) groups.remove(group.key);
  else
    groups.put(
      withMuted(settled({ ...group, members, nextFlushMs: nowMs + item.route.repeatIntervalMs }, item, nowMs), item),
    );
  if (item.reason !== undefined) for (const alert of item.firing) takeTold(state, group, alert, nowMs);
  if (item.outbox.length > 0 && item.recovered.length > 0)
    noteHeardEnds(state, {
      receiver: group.receiver,
      recovered: item.recovered,
      ...(item.reason === "all alerts resolved" && item.incident !== undefined ? { over: item.incident.id } : {}),
    });
  const ended = [...item.recovered, ...item.unheard];
  if (ended.length > 0) closeSpent(state, ended, nowMs);
  for (const { fingerprint } of ended) {
    if (!groups.holds(fingerprint) && !isEndAwaited(state, fingerprint)) alerts.forget(fingerprint);
  }
}

/** Notes what is muted of a group, and lets it look again at the first moment at which some of what it keeps to itself may be told. */
function withMuted({ muted: _before, ...group }: AlertGroup, item: FlushItem): AlertGroup {
  const { muted, mutedBy, unmuteMs, lookAgainMs } = item;
  const nextFlushMs = Math.min(group.nextFlushMs, unmuteMs, lookAgainMs);
  return { ...group, ...(muted.length === 0 ? {} : { muted: mutedBy }), nextFlushMs };
}

function settled(group: AlertGroup, item: FlushItem, nowMs: EpochMs): AlertGroup {
  const incident = isOnlyInformed(item) ? group.incident : (item.incident?.id ?? group.incident);
  const kept: AlertGroup = incident === undefined ? group : { ...group, incident };
  if (item.reason !== undefined) return { ...kept, told: toldNow(item, nowMs) };
  const { told } = item.group;
  if (told === undefined) return kept;
  const quiet = withoutTold(told, new Set(item.recovered.map((alert) => alert.fingerprint)));
  const repeatMs = told.atMs + item.route.repeatIntervalMs;
  // A repetition that was due and is not wanted now (somebody is at it) is due again an interval later.
  const nextFlushMs = item.firing.length > 0 && repeatMs > nowMs ? repeatMs : kept.nextFlushMs;
  return { ...kept, told: quiet, nextFlushMs };
}

/** Of alerts that fire on in silence the occurrence that was told stays. */
function toldNow({ group, firing, strays, muted, explained, recovered }: FlushItem, nowMs: EpochMs): Told {
  const before = group.told;
  const silent = [...strays, ...muted, ...explained].flatMap(({ fingerprint }) => {
    const sinceMs = sinceOf(before, fingerprint);
    return sinceMs === undefined ? [] : [{ fingerprint, sinceMs }];
  });
  return {
    // Where the clock went back a little, what is said now must not be news again until the old time.
    atMs: firing.flatMap(newsOf).reduce((latestMs, atMs) => Math.max(latestMs, atMs), nowMs),
    firing: [...firing, ...silent].map(({ fingerprint }) => fingerprint),
    firingSinceMs: [...firing.map(({ startsAtMs }) => startsAtMs), ...silent.map(({ sinceMs }) => sinceMs)],
    resolved: recovered.map((alert) => alert.fingerprint),
    count: (before?.count ?? 0) + 1,
  };
}
