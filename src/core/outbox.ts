import type { Notification } from "./notification.ts";
import type { DeliveryOutcome } from "./notifier.ts";
import type { EpochMs } from "./time.ts";

/** One message to one recipient that waits to be sent; committed with the transition that caused it. */
export type OutboxRow = Readonly<{
  id: string;
  /** Unique: a second row with the same key is ignored by the store. */
  dedupKey: string;
  receiver: string;
  /** Position of the notifier in the receiver's `to` list. */
  integration: number;
  endpoint: string;
  notification: Notification;
  attempts: number;
  notBeforeMs: EpochMs;
  giveUpAtMs: EpochMs;
  /** True when an earlier attempt was begun and its end was never recorded. */
  startedBefore: boolean;
  /** Reach references that take over when the row fails, for the time when its receiver has left the config. */
  fallback?: readonly string[];
  /** Places that were tried before this row took over from a failed one, so that no two fall back to each other. */
  tried?: readonly string[];
  /** Made by a start in shadow mode: never sent, whoever finds it. */
  isShadow?: boolean;
}>;

/** What became of a row: the end of an attempt, or an end without one; `released` gives the lease back and counts as nothing. */
export type RowOutcome =
  | DeliveryOutcome
  | Readonly<{ kind: "digested"; into: string }>
  | Readonly<{ kind: "dropped"; reason: string; detail: string }>
  | Readonly<{ kind: "released" }>;

/** What is recorded of a leased row; without `retryAtMs` the row has ended. */
export type RowEnd = Readonly<{ outboxId: string; outcome: RowOutcome; retryAtMs?: EpochMs }>;

/** A delivery attempt as it was recorded. */
export type DeliveryRecord = Readonly<{
  outboxId: string;
  receiver: string;
  endpoint: string;
  atMs: EpochMs;
  attempt: number;
  outcome: string;
  /** True when nothing more is done about the row. */
  ended?: boolean;
  recipient?: string;
  incident?: string;
  intent?: Notification["intent"];
  reason?: string;
  detail?: string;
  externalId?: string;
}>;

/** One recipient at one endpoint. */
export function outletOf(row: OutboxRow): string {
  return JSON.stringify([row.receiver, row.integration, row.endpoint, row.notification.recipient ?? ""]);
}

/** Joins what has to go in order: one outlet and one incident (or group, where there is no incident yet). */
export function destinationOf(row: OutboxRow): string {
  const { incident, groupKey, recipient } = row.notification;
  return JSON.stringify([row.receiver, row.integration, row.endpoint, recipient ?? "", incident ?? groupKey]);
}

/** True for what has to go first: it says that something critical fires. */
export function isUrgentRow({ notification: { intent, alerts } }: OutboxRow): boolean {
  const says = intent !== "resolved" && intent !== "test";
  return says && alerts.some(({ status, labels }) => status === "firing" && labels["severity"] === "critical");
}

/** True for the last word of its incident: what waits before it is not urgent any more. */
export function isEndRow({ notification: { intent } }: OutboxRow): boolean {
  return intent === "resolved";
}
