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
    ...(outcome.kind === "delivered" ? {} : { reason: outcome.reason }),
    ...(outcome.detail === undefined ? {} : { detail: outcome.detail }),
    ...(outcome.kind === "delivered" && outcome.externalId !== undefined ? { externalId: outcome.externalId } : {}),
  };
}

function isFree(entry: Entry, nowMs: EpochMs): boolean {
  return entry.row.notBeforeMs <= nowMs && (entry.owner === undefined || entry.leasedUntilMs <= nowMs);
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
    for (const id of this.due(nowMs).slice(0, count)) {
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      if (entry.owner !== undefined) entry.row = { ...entry.row, startedBefore: true };
      entry.owner = owner;
      entry.leasedUntilMs = nowMs + ttlMs;
      leased.push(entry.row);
    }
    return leased;
  }

  /** True while a lease of the row has not run out. */
  isLeased(id: string, nowMs: EpochMs): boolean {
    const entry = this.#entries.get(id);
    return entry?.owner !== undefined && entry.leasedUntilMs > nowMs;
  }

  /** True when nobody else has leased the row since. */
  isLeasedBy(id: string, owner: string): boolean {
    return this.#entries.get(id)?.owner === owner;
  }

  /** Which attempt is next or under way, counted from 1; 0 for an unknown row. */
  attemptOf(id: string): number {
    const entry = this.#entries.get(id);
    return entry === undefined ? 0 : entry.row.attempts + 1;
  }

  /** Ids of rows that `lease` would give. */
  due(nowMs: EpochMs): readonly string[] {
    const due: string[] = [];
    const blocked = new Set<string>();
    for (const [id, entry] of this.#entries) {
      const destination = destinationOf(entry.row);
      if (isFree(entry, nowMs) && !blocked.has(destination)) due.push(id);
      blocked.add(destination);
    }
    return due;
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }

  /** Ends the attempt; returns its record, or undefined when the row is unknown or the attempt is recorded already. */
  settle({ outboxId, attempt, outcome, atMs, notBeforeMs }: Settlement): DeliveryRecord | undefined {
    const entry = this.#entries.get(outboxId);
    if (entry === undefined || entry.row.attempts + 1 !== attempt) return undefined;
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
