import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { HeldAlert } from "../../core/alerting/held-alert.ts";
import type { Notification } from "../../core/alerting/notification.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import { heldFirst, heldText } from "../../core/message/held-message.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isActive } from "../correlation/explanations.ts";
import { sinceOf, withTold } from "../grouping/told.ts";
import { notificationFrame } from "../incidents/notification-frame.ts";
import { Mutes } from "../muting/mutes.ts";
import { newRow } from "../new-row.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { holdName } from "./holding.ts";

/** What was told at the end of a hold, and the trail of it. */
export type Released = Readonly<{ outbox: readonly OutboxRow[]; decisions: readonly Decision[] }>;

/**
 * Tells in one message per receiver what its routes held back, when the interval is over (or the route holds no longer): what still
 * fires and what has recovered. What fires on counts as told, so that its end is told, too.
 */
export function releaseHeld(state: PipelineState, ids: IdSource, nowMs: EpochMs): Released {
  if (state.held.size === 0) return { outbox: [], decisions: [] };
  const byReceiver = Map.groupBy(
    state.held.values().filter((held) => !isHeldOn(state, held, nowMs)),
    ({ receiver }) => receiver,
  );
  const released = [...byReceiver].map(([receiver, held]) => tell(state, receiver, held, { ids, nowMs }));
  return {
    outbox: released.flatMap(({ outbox }) => outbox),
    decisions: released.flatMap(({ decisions }) => decisions),
  };
}

/** When `releaseHeld` has something to tell next; undefined while nothing is held. */
export function nextReleaseMs({ held, routes, config }: PipelineState, nowMs: EpochMs): EpochMs | undefined {
  if (held.size === 0) return undefined;
  const names = new Set<string>();
  for (const { route, interval } of held.values()) {
    if (routes.get(route)?.hold !== interval) return nowMs;
    names.add(interval);
  }
  const ends = [...names].map((name) => {
    const interval = config.muting.intervals.get(name)?.(nowMs);
    return interval?.isWithin === true ? interval.untilMs : nowMs;
  });
  return Math.min(...ends);
}

function isHeldOn({ routes, config }: PipelineState, { route, interval }: HeldAlert, nowMs: EpochMs): boolean {
  if (routes.get(route)?.hold !== interval) return false;
  return config.muting.intervals.get(interval)?.(nowMs).isWithin === true;
}

type Making = Readonly<{ ids: IdSource; nowMs: EpochMs }>;

function tell(state: PipelineState, receiver: string, held: readonly HeldAlert[], { ids, nowMs }: Making): Released {
  for (const { key } of held) state.held.delete(key);
  const mutes = new Mutes(state, nowMs);
  // What something else mutes by now is told when that ends.
  const audible = held.filter((each) => {
    const { route, alert } = each;
    if (!isMeant(state, each)) return false;
    const known = state.routes.get(route) ?? state.config.route;
    return alert.status === "resolved" || mutes.of(alert, known) === undefined;
  });
  const outbox = rowsOf(state, receiver, audible.map(({ alert }) => alert).toSorted(heldFirst), { ids, nowMs });
  if (outbox.length === 0) return { outbox, decisions: [] };
  for (const each of audible) if (each.alert.status === "firing") markTold(state, each, nowMs);
  const decisions = audible.map(({ alert, interval }): Decision => {
    const because = `told to ${receiver} with what was held until now`;
    return { atMs: nowMs, stage: "hold", outcome: "pass", subject: alert.fingerprint, because, by: holdName(interval) };
  });
  return { outbox, decisions };
}

/** What fires on is told only where a group of the receiver tells it, which is to tell its end, too; what a cause explains is told with that. */
function isMeant(state: PipelineState, held: HeldAlert): boolean {
  const { alert, receiver } = held;
  const { fingerprint, startsAtMs } = alert;
  if (alert.status === "resolved") return !isActive(alert);
  const now = state.alerts.get(fingerprint);
  if (now === undefined || isActive(now) || tellerOf(state, held) === undefined) return false;
  return !state.groups
    .groupsOf(fingerprint)
    .some((group) => group.receiver === receiver && sinceOf(group.told, fingerprint) === startsAtMs);
}

/** The group that held the alert, or the one that an edit of the routes has put in its place for the same receiver. */
function tellerOf({ groups }: PipelineState, { groupKey, receiver, alert }: HeldAlert): AlertGroup | undefined {
  const tellers = groups.groupsOf(alert.fingerprint).filter((group) => group.receiver === receiver);
  return tellers.find(({ key }) => key === groupKey) ?? tellers[0];
}

/** What wakes people is left out: it was held because nobody has to wake for it. */
function rowsOf(
  { config }: PipelineState,
  name: string,
  alerts: readonly Alert[],
  { ids, nowMs }: Making,
): readonly OutboxRow[] {
  const receiver = config.receivers.get(name);
  if (receiver === undefined || alerts.length === 0) return [];
  const frame = notificationFrame(config, alerts, nowMs);
  const id = ids.next();
  return receiver.integrations.flatMap((integration, position): OutboxRow[] => {
    if (integration.interrupts) return [];
    const notification: Notification = {
      ...frame,
      id,
      intent: "digest",
      receiver: name,
      groupKey: `hold/${name}`,
      groupLabels: {},
      because: "held until now",
      text: heldText(alerts, frame),
    };
    const dedupKey = `hold/${name}@${nowMs}/${position}`;
    return [newRow({ id: ids.next(), dedupKey, notification, receiver, position, severity: "warning", nowMs })];
  });
}

function markTold(state: PipelineState, held: HeldAlert, nowMs: EpochMs): void {
  const group = tellerOf(state, held);
  if (group === undefined) return;
  const { alert } = held;
  const { fingerprint, startsAtMs } = alert;
  const now = { atMs: nowMs, firing: [fingerprint], firingSinceMs: [startsAtMs], resolved: [], count: 0 };
  const told = withTold(group.told, now, [fingerprint]);
  const repeatMs = (state.routes.get(group.route) ?? state.config.route).repeatIntervalMs;
  state.groups.put({
    ...group,
    told: { ...told, count: (told.count ?? 0) + 1 },
    nextFlushMs: Math.min(group.nextFlushMs, nowMs + repeatMs),
  });
}
