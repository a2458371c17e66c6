import type { Notification } from "./notification.ts";
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
}>;

/** A delivery attempt as it was recorded. */
export type DeliveryRecord = Readonly<{
  outboxId: string;
  receiver: string;
  endpoint: string;
  atMs: EpochMs;
  attempt: number;
  outcome: string;
  reason?: string;
  detail?: string;
  externalId?: string;
}>;
