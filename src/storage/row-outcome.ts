import type { AcceptedRow, DeliveryRecord, OutboxRow, RowOutcome } from "../core/alerting/outbox.ts";
import type { Settlement } from "../core/store.ts";
import type { EpochMs } from "../core/time/time.ts";
import { intoDigest } from "./with-digests.ts";

/** Returns the row as it waits for its next attempt. */
export function afterAttempt(
  { isAbandoned: _abandoned, isHastened: _hastened, ...row }: OutboxRow,
  outcome: RowOutcome,
  retryAtMs: EpochMs,
): OutboxRow {
  if (outcome.kind === "released") return { ...row, notBeforeMs: retryAtMs };
  const waiting = { ...row, attempts: row.attempts + 1, notBeforeMs: retryAtMs };
  if (outcome.kind === "accepted") return { ...waiting, accepted: acceptedNow(row, outcome.accepted) };
  if (outcome.kind === "rejected") return { ...waiting, refusals: (row.refusals ?? 0) + 1 };
  if (outcome.kind !== "retryable") return waiting;
  return {
    ...waiting,
    startedBefore: row.startedBefore || outcome.maybeDelivered,
    notification: {
      ...row.notification,
      shorten: row.notification.shorten || outcome.next === "shorten",
      plainText: row.notification.plainText || outcome.next === "plain_text",
    },
  };
}

/** What was taken, and whether an attempt before that one may have arrived: a lease that ends from now on says nothing of that. */
function acceptedNow({ startedBefore }: OutboxRow, accepted: AcceptedRow): AcceptedRow {
  return startedBefore ? { ...accepted, mayBeHeard: true } : accepted;
}

/** The record of what became of a row, as `deliveries` returns it; undefined for what counts as nothing. */
export function recordOf(row: OutboxRow, { outcome, atMs, retryAtMs }: Settlement): DeliveryRecord | undefined {
  if (outcome.kind === "released") return undefined;
  const { recipient, incident, intent } = row.notification;
  return {
    outboxId: row.id,
    receiver: row.receiver,
    endpoint: row.endpoint,
    atMs,
    attempt: row.attempts + 1,
    outcome: outcome.kind,
    ended: retryAtMs === undefined,
    intent,
    ...(recipient === undefined ? {} : { recipient }),
    ...(incident === undefined ? {} : { incident }),
    ...wordsOf(outcome),
  };
}

function wordsOf(
  outcome: Exclude<RowOutcome, { kind: "released" }>,
): Pick<DeliveryRecord, "reason" | "detail" | "externalId"> {
  if (outcome.kind === "digested") return { detail: intoDigest(outcome.into) };
  if (outcome.kind === "accepted") {
    const { externalId, detail } = outcome.accepted;
    return { externalId, ...(detail === undefined ? {} : { detail }) };
  }
  if (outcome.kind !== "delivered") return { reason: outcome.reason, detail: outcome.detail };
  return {
    ...(outcome.detail === undefined ? {} : { detail: outcome.detail }),
    ...(outcome.externalId === undefined ? {} : { externalId: outcome.externalId }),
  };
}

/** Chooses so many of what is due: urgent ones first, but a quarter is kept for the others, so that none starves. */
export function chooseDue<T>(urgent: readonly T[], ordinary: readonly T[], count: number): readonly T[] {
  const others = Math.min(ordinary.length, Math.max(Math.floor(count / 4), count - urgent.length));
  return [...urgent.slice(0, count - others), ...ordinary.slice(0, others)];
}
