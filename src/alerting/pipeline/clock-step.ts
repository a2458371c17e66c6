import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import type { Loaded } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { blindDemand, type CheckSubject } from "../check-alerts/check-demands.ts";
import { pullBackExplained } from "../correlation/wake-explained.ts";
import { pulledBack } from "../escalation/pull-back.ts";
import { newsOf } from "../grouping/told.ts";
import { wakeMuted } from "../muting/releasing.ts";
import { watchBlindness } from "./blindness.ts";
import type { EngineState } from "./engine-state.ts";
import { momentsUntil } from "./moments-until.ts";
import { troubleGraceMs } from "./trouble.ts";

/** Inputs may come a little out of order; only more than this is a clock that was set back. */
const toleranceMs = 60_000;

/**
 * Notes the time of a step. A clock that was set back (or was wrong before a restart) must not hold back messages until the old
 * time is reached again: what lies in the future is taken to have happened now.
 */
export function noteTime(state: EngineState, nowMs: EpochMs): void {
  const isBack = isSetBack(state.newestMs, nowMs);
  state.newestMs = isBack ? nowMs : Math.max(nowMs, state.newestMs);
  if (!isBack) return;
  pullBackBlindness(state, nowMs);
  pullBack(state, nowMs);
  wakeMuted(state, nowMs);
}

/** The same at a start, where the store knows of moments up to `storedMs`; what is blind was pulled back before alerts were demanded. */
export function noteStart(state: EngineState, storedMs: EpochMs, nowMs: EpochMs): void {
  if (!isSetBack(storedMs, nowMs)) return pullBackMoments(state, nowMs);
  pullBack(state, nowMs);
  wakeMuted(state, nowMs);
}

/** True when the clock was set back since a moment. */
function isSetBack(newestMs: EpochMs, nowMs: EpochMs): boolean {
  return nowMs < newestMs - toleranceMs;
}

/** The latest moment that the store knows of: of runs, and of what alerting did. */
export function newestMomentOf({ checkStates, alerts, groups, incidents }: Loaded): EpochMs {
  let newestMs = 0;
  for (const { lastSlotMs } of checkStates) newestMs = Math.max(newestMs, lastSlotMs);
  for (const { updatedAtMs } of alerts) newestMs = Math.max(newestMs, updatedAtMs);
  for (const { told } of groups) newestMs = Math.max(newestMs, told?.atMs ?? 0);
  for (const { timeline } of incidents) newestMs = Math.max(newestMs, timeline.at(-1)?.atMs ?? 0);
  return newestMs;
}

/** The clock was set back: no group waits longer than it would from now on, and what lies in the future is taken to have happened now. */
function pullBack(state: EngineState, nowMs: EpochMs): void {
  pullBackMoments(state, nowMs);
  for (const group of state.groups.all()) state.groups.put(groupAt(state, group, nowMs));
}

/** Brings every moment that alerting counts from back to now where it lies in the future. */
function pullBackMoments(state: EngineState, nowMs: EpochMs): void {
  pullBackNews(state, nowMs);
  state.rules.pullBack(nowMs);
  for (const incident of state.incidents.values()) state.incidents.set(incident.id, pulledBack(incident, nowMs));
  for (const trouble of state.troubles.values()) {
    if (trouble.untilMs === undefined) continue;
    const untilMs = Math.min(trouble.untilMs, nowMs + troubleGraceMs);
    state.troubles.set(trouble.component, { ...trouble, untilMs });
  }
}

/** What was told, and what has been news since: each group goes on knowing which of it came first. */
function pullBackNews(state: EngineState, nowMs: EpochMs): void {
  const { groups, alerts } = state;
  const told = groups.all().flatMap((group) => group.told?.atMs ?? []);
  const news = alerts.all().flatMap(newsOf);
  const momentAt = momentsUntil(nowMs, [...told, ...news]);
  for (const group of groups.all()) {
    if (group.told === undefined) continue;
    const atMs = momentAt(group.told.atMs);
    if (atMs !== group.told.atMs) groups.put({ ...group, told: { ...group.told, atMs } });
  }
  pullBackExplained(state, nowMs, momentAt);
}

/** A subject becomes blind no later than it would have from now on, and one that is blind stays so until it is measured. */
export function pullBackBlindness(state: EngineState, nowMs: EpochMs): void {
  for (const [id, checkState] of state.checkStates.entries()) {
    const subject = state.subjects.get(id);
    if (subject === undefined || checkState.blindSinceMs === undefined) continue;
    const latestMs = isCalledBlind(state, subject, checkState) ? nowMs - subject.check.blindAfterMs : nowMs;
    if (checkState.blindSinceMs <= latestMs) continue;
    const seen = { ...checkState, blindSinceMs: latestMs };
    state.checkStates.set(id, seen);
    watchBlindness(state, id, seen, nowMs);
  }
}

function isCalledBlind({ alerts }: EngineState, subject: CheckSubject, checkState: CheckState): boolean {
  return alerts.get(blindDemand(subject, checkState).fingerprint)?.status === "firing";
}

function groupAt({ routes, config, alerts }: EngineState, group: AlertGroup, nowMs: EpochMs): AlertGroup {
  const route = routes.get(group.route) ?? config.route;
  const isKept = group.members.some((member) => {
    const { explanation, heldSinceMs } = alerts.get(member) ?? {};
    return explanation !== undefined || heldSinceMs !== undefined;
  });
  const isNew = group.told === undefined && group.muted === undefined && !isKept;
  const longestMs = isNew ? route.groupWaitMs : route.repeatIntervalMs;
  const nextFlushMs = Math.min(group.nextFlushMs, nowMs + longestMs);
  return nextFlushMs === group.nextFlushMs ? group : { ...group, nextFlushMs };
}
