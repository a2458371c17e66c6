import type { Alert } from "../../core/alerting/alert.ts";
import type { Notification } from "../../core/alerting/notification.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import { fingerprint } from "../../core/labels.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { gravest } from "../alert-book/alert-severity.ts";
import type { AlertReceiver } from "../alerting-config.ts";
import { type FlushReason, intentOf } from "../grouping/flush-decision.ts";
import { newRow } from "../new-row.ts";
import type { FlushItem, FlushStage } from "../pipeline/flush-item.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { notificationFrame, worstFirst } from "./notification-frame.ts";

/** Turns what a group says into outbox rows, one per integration of its receiver. */
export function notifying(ids: IdSource): FlushStage {
  return {
    run(state, item, nowMs) {
      const { reason } = item;
      if (reason === undefined) return { state, output: item, decisions: [] };
      const receiver = state.config.receivers.get(item.group.receiver);
      if (receiver === undefined) return { state, output: item, decisions: [receiverGone(item, nowMs)] };
      const id = ids.next();
      const outbox = receiver.integrations.flatMap((integration, position): OutboxRow[] => {
        const alerts = alertsFor(item, reason, integration);
        if (alerts.length === 0) return [];
        const notification = notificationOf({ id, item, reason, alerts, nowMs }, state);
        return [rowOf(ids.next(), notification, { item, receiver, position, nowMs })];
      });
      return { state, output: { ...item, outbox }, decisions: [enqueued(item, id, outbox.length, nowMs)] };
    },
  };
}

type Hearing = Pick<AlertReceiver["integrations"][number], "sendResolved" | "interrupts">;

function alertsFor(item: FlushItem, reason: FlushReason, { sendResolved, interrupts }: Hearing): readonly Alert[] {
  // What wakes people does not ring for a cause.
  if (reason === "another cause")
    return [...(interrupts ? [] : worstFirst(item.firing)), ...(sendResolved ? worstFirst(item.recovered) : [])];
  const isOnlyRecovery = intentOf[reason] === "resolved" || intentOf[reason] === "update";
  if (isOnlyRecovery && !sendResolved) return [];
  return sendResolved ? [...worstFirst(item.firing), ...worstFirst(item.recovered)] : worstFirst(item.firing);
}

type Saying = Readonly<{
  id: string;
  item: FlushItem;
  reason: FlushReason;
  alerts: readonly Alert[];
  nowMs: EpochMs;
}>;

function notificationOf(
  { id, item, reason, alerts, nowMs }: Saying,
  { config, incidents }: PipelineState,
): Notification {
  const { group } = item;
  const incident = item.incident?.id ?? group.incident;
  const isLeft = item.incident === undefined && incident !== undefined && intentOf[reason] !== "resolved";
  const isOver = isLeft && (incidents.get(incident)?.status ?? "resolved") === "resolved";
  const frame = notificationFrame(config, alerts, nowMs);
  return {
    ...frame,
    ...(reason === "another cause" ? { story: { ...frame.story, news: { kind: "cause_changed" as const } } } : {}),
    id,
    intent: intentOf[reason],
    receiver: group.receiver,
    groupKey: group.key,
    groupLabels: group.labels,
    ...(incident === undefined ? {} : { incident }),
    ...(isOver ? { isIncidentOver: true } : {}),
    because: reason,
  };
}

type Addressing = Readonly<{ item: FlushItem; receiver: AlertReceiver; position: number; nowMs: EpochMs }>;

function rowOf(id: string, notification: Notification, { item, receiver, position, nowMs }: Addressing): OutboxRow {
  const { group } = item;
  const severity = gravest(notification.alerts.map((alert) => alert.labels["severity"] ?? "")) ?? "warning";
  // The moment beside the count: a group that ended and began again within one incident counts from 1 again.
  const sequence = `${(group.told?.count ?? 0) + 1}@${nowMs}`;
  const groupHash = fingerprint({ key: group.key });
  const dedupKey = `${notification.incident ?? "none"}/${groupHash}/${sequence}/${group.receiver}/${position}`;
  return newRow({ id, dedupKey, notification, receiver, position, severity, nowMs });
}

function enqueued({ group, reason }: FlushItem, id: string, rows: number, nowMs: EpochMs): Decision {
  const because = `${reason ?? ""}: ${rows === 1 ? "1 message" : `${rows} messages`} to ${group.receiver}`;
  return { atMs: nowMs, stage: "notify", outcome: rows > 0 ? "pass" : "drop", subject: id, because, by: group.key };
}

function receiverGone({ group }: FlushItem, nowMs: EpochMs): Decision {
  const because = `receiver ${group.receiver} is no longer configured`;
  return {
    atMs: nowMs,
    stage: "notify",
    outcome: "drop",
    subject: group.incident ?? group.key,
    because,
    by: group.key,
  };
}
