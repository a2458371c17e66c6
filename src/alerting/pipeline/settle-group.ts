import type { AlertGroup, Told } from "../../core/alert-group.ts";
import type { EpochMs } from "../../core/time.ts";
import { sinceOf, withoutTold } from "../grouping/told.ts";
import type { FlushItem } from "./flush-item.ts";
import type { PipelineState } from "./pipeline-state.ts";

/** Writes down what a flush told: resolved alerts leave the group, an empty group ends, and the next flush is set. */
export function settleGroup(state: PipelineState, item: FlushItem, nowMs: EpochMs): void {
  const { groups, alerts } = state;
  const group = groups.get(item.group.key) ?? item.group;
  const members = [...item.firing, ...item.strays].map((alert) => alert.fingerprint);
  if (members.length === 0) groups.remove(group.key);
  else groups.put(settled({ ...group, members, nextFlushMs: nowMs + item.route.repeatIntervalMs }, item, nowMs));
  for (const { fingerprint } of [...item.recovered, ...item.unheard]) {
    if (!groups.holds(fingerprint)) alerts.forget(fingerprint);
  }
}

function settled(group: AlertGroup, item: FlushItem, nowMs: EpochMs): AlertGroup {
  const incident = item.incident?.id ?? group.incident;
  const kept: AlertGroup = incident === undefined ? group : { ...group, incident };
  if (item.reason !== undefined) return { ...kept, told: toldNow(item, nowMs) };
  const { told } = item.group;
  if (told === undefined) return kept;
  const quiet = withoutTold(told, new Set(item.recovered.map((alert) => alert.fingerprint)));
  const nextFlushMs = item.firing.length > 0 ? told.atMs + item.route.repeatIntervalMs : kept.nextFlushMs;
  return { ...kept, told: quiet, nextFlushMs };
}

function toldNow({ group, firing, strays, recovered }: FlushItem, nowMs: EpochMs): Told {
  const before = group.told;
  return {
    atMs: nowMs,
    firing: [...firing, ...strays].map((alert) => alert.fingerprint),
    firingSinceMs: [
      ...firing.map((alert) => alert.startsAtMs),
      ...strays.map((alert) => sinceOf(before, alert.fingerprint) ?? alert.startsAtMs),
    ],
    resolved: recovered.map((alert) => alert.fingerprint),
    count: (before?.count ?? 0) + 1,
  };
}
