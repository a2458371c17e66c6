import type { Notification } from "../core/alerting/notification.ts";
import type { OutboxRow } from "../core/alerting/outbox.ts";
import type { Severity } from "../core/severity.ts";
import type { EpochMs } from "../core/time/time.ts";
import { type AlertReceiver, isPersonal } from "./alerting-config.ts";

/** What a message is, and by which integration of its receiver it goes. */
export type RowParts = Readonly<{
  id: string;
  /** Unique among all that is ever sent. */
  dedupKey: string;
  /** `receiver` of it is the name of the receiver. */
  notification: Notification;
  receiver: Pick<AlertReceiver, "integrations" | "deliverWithinMs" | "fallback">;
  /** Of the integration in the receiver. */
  position: number;
  /** Decides how long it is tried. */
  severity: Severity;
  nowMs: EpochMs;
}>;

/** A message as it begins to wait, whoever says it and why. */
export function newRow({ id, dedupKey, notification, receiver, position, severity, nowMs }: RowParts): OutboxRow {
  const integration = receiver.integrations[position];
  return {
    id,
    dedupKey,
    receiver: notification.receiver,
    integration: position,
    endpoint: integration?.endpoint ?? "",
    notification,
    attempts: 0,
    notBeforeMs: nowMs,
    giveUpAtMs: nowMs + receiver.deliverWithinMs[severity],
    startedBefore: false,
    ...(integration !== undefined && isPersonal(integration) ? { isPersonal: true } : {}),
    ...(receiver.fallback.length === 0 ? {} : { fallback: receiver.fallback }),
  };
}
