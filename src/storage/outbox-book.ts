import type { DeliveryOutcome } from "../core/notifier.ts";
import type { DeliveryRecord, OutboxRow } from "../core/outbox.ts";
import type { Settlement } from "../core/store.ts";
import type { EpochMs } from "../core/time.ts";

type Entry = { row: OutboxRow; owner?: string; leasedUntilMs: EpochMs };

/** Joins what has to go in order: one recipient at one endpoint about one incident (or group, where there is no incident yet). */
export function destinationOf(row: OutboxRow): string {
  const { incident, groupKey, recipient } = row.notification;
  return JSON.stringify([row.receiver, row.integration, row.endpoint, recipient ?? "", incident ?? groupKey]);
}

/** Returns the row as it waits for its next attempt, or undefined when the outcome ends it. */
export function afterAttempt(row: OutboxRow, outcome: DeliveryOutcome, notBeforeMs: EpochMs): OutboxRow | undefined {
  if (outcome.kind !== "retryable") return undefined;
  return {
    ...row,
    attempts: row.attempts + 1,
    notBeforeMs,
    startedBefore: row.startedBefore || outcome.maybeDelivered,
    notification: {
      ...row.notification,
      shorten: row.notification.shorten || outcome.next === "shorten",
      plainText: row.notification.plainText || outcome.next === "plain_text",
    },
  };
}

/** The record of an attempt, as `deliveries` returns it. */
export function recordOf(row: OutboxRow, outcome: DeliveryOutcome, atMs: EpochMs): DeliveryRecord {
  return {
    outboxId: row.id,
    receiver: row.receiver,
    endpoint: row.endpoint,
    atMs,
    attempt: row.attempts + 1,
    outcome: outcome.kind,
    ...(outcome.kind === "delivered" ? {} : { reason: outcome.reason, detail: outcome.detail }),
    ...(outcome.kind === "delivered" && outcome.externalId !== undefined ? { externalId: outcome.externalId } : {}),
  };
}

/** Rows that wait or are leased, oldest first, with the rules of leasing; holds nothing but memory. */
export class OutboxBook {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Adds a row at the end; one that is there already stays as it is. */
  add(row: OutboxRow): void {
    if (!this.#entries.has(row.id)) this.#entries.set(row.id, { row, leasedUntilMs: 0 });
  }

  /** Notes a lease that was granted elsewhere. */
  adopt(row: OutboxRow, owner: string, leasedUntilMs: EpochMs): void {
    const entry = this.#entries.get(row.id);
    if (entry === undefined) this.#entries.set(row.id, { row, owner, leasedUntilMs });
    else Object.assign(entry, { row, owner, leasedUntilMs });
  }

  /** Leases rows that are due and free, oldest first, at most one per destination. */
  lease(owner: string, count: number, nowMs: EpochMs, ttlMs: number): readonly OutboxRow[] {
    const leased: OutboxRow[] = [];
    const blocked = new Set<string>();
    for (const entry of this.#entries.values()) {
      if (leased.length >= count) break;
      const destination = destinationOf(entry.row);
      const free = entry.owner === undefined || entry.leasedUntilMs <= nowMs;
      if (free && entry.row.notBeforeMs <= nowMs && !blocked.has(destination)) {
        if (entry.owner !== undefined) entry.row = { ...entry.row, startedBefore: true };
        entry.owner = owner;
        entry.leasedUntilMs = nowMs + ttlMs;
        leased.push(entry.row);
      }
      blocked.add(destination);
    }
    return leased;
  }

  /** True when nobody else has leased the row since. */
  isLeasedBy(id: string, owner: string): boolean {
    return this.#entries.get(id)?.owner === owner;
  }

  /** Ends the attempt; returns its record, or undefined when the row is unknown or has ended. */
  settle({ outboxId, outcome, atMs, notBeforeMs }: Settlement): DeliveryRecord | undefined {
    const entry = this.#entries.get(outboxId);
    if (entry === undefined) return undefined;
    const record = recordOf(entry.row, outcome, atMs);
    const next = afterAttempt(entry.row, outcome, notBeforeMs);
    if (next === undefined) this.#entries.delete(outboxId);
    else {
      entry.row = next;
      delete entry.owner;
    }
    return record;
  }
}
