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

/** Where a row goes: a receiver, for whom, and by which of its integrations. */
type Place = Readonly<{ receiver: string; recipient: string | undefined; position: number }>;

/** The key of what a saying says at a place: whoever comes to say it there, it is said once. */
export function keyOfSaying(saying: string, place: Place): string {
  return saying + suffixOf(place);
}

/** The key that the saying of a row has at another place; undefined for a row that has no such key, as a digest. */
export function keyBeside(
  { dedupKey, receiver, integration, notification }: OutboxRow,
  place: Place,
): string | undefined {
  const own = suffixOf({ receiver, recipient: notification.recipient, position: integration });
  return dedupKey.endsWith(own) ? keyOfSaying(dedupKey.slice(0, -own.length), place) : undefined;
}

function suffixOf({ receiver, recipient, position }: Place): string {
  return `/${receiver}/${recipient ?? ""}/${position}`;
}
