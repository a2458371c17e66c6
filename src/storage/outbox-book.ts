import {
  type AcceptedRow,
  type DeliveryRecord,
  destinationOf,
  fingerprintsOf,
  followingOn,
  hearingOf,
  isEndRow,
  isUrgentRow,
  type OutboxRow,
  type RowOutcome,
  readerOf,
  threadOf,
} from "../core/outbox.ts";
import type { OutboxBacklog, Settlement } from "../core/store.ts";
import type { EpochMs } from "../core/time.ts";
import { intoDigest } from "./with-digests.ts";

/** Destinations whose thread is remembered in memory. */
const mostThreads = 10_000;
/** Beginnings that are remembered in memory, each at one reader. */
const mostBeginnings = 20_000;

type Entry = {
  row: OutboxRow;
  /** Of the row; it changes once the row is taken, and then stands by itself. */
  destination: string;
  urgent: boolean;
  owner?: string;
  leasedUntilMs: EpochMs;
};

/** Returns the row as it waits for its next attempt. */
export function afterAttempt(
  { isAbandoned: _known, ...row }: OutboxRow,
  outcome: RowOutcome,
  retryAtMs: EpochMs,
): OutboxRow {
  if (outcome.kind === "released") return { ...row, notBeforeMs: retryAtMs };
  const waiting = { ...row, attempts: row.attempts + 1, notBeforeMs: retryAtMs };
  if (outcome.kind === "accepted") return { ...waiting, accepted: acceptedNow(row, outcome.accepted) };
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

function isLeased({ owner, leasedUntilMs }: Entry, nowMs: EpochMs): boolean {
  return owner !== undefined && leasedUntilMs > nowMs;
}

/** Rows that wait or are leased, oldest first, with the rules of leasing; holds nothing but memory. */
export class OutboxBook {
  readonly #entries = new Map<string, Entry>();
  /** By reader and fingerprint: whether the beginning arrived there; what was noted last stands last. */
  readonly #beginnings = new Map<string, Readonly<{ isHeard: boolean }>>();
  /** Ids at the other end, by destination; those used last stand last. */
  readonly #threads = new Map<string, string>();
  /** Entries by destination: an outage of everything makes a row and a destination per check. */
  readonly #queues = new Map<string, Set<Entry>>();

  /** How many rows wait to be sent. */
  get size(): number {
    return this.#entries.values().reduce((count, { row }) => (row.accepted === undefined ? count + 1 : count), 0);
  }

  /** What waits to be sent, by receiver and endpoint. */
  backlog(): readonly OutboxBacklog[] {
    const waiting = this.#entries.values().filter(({ row }) => row.accepted === undefined);
    const places = Map.groupBy(waiting, ({ row }) => JSON.stringify([row.receiver, row.endpoint]));
    return [...places]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, entries]) => {
        const [first] = entries;
        if (first === undefined) return [];
        const { receiver, endpoint, notification } = first.row;
        return [{ receiver, endpoint, count: entries.length, oldestMs: notification.createdAtMs }];
      });
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Adds a row at the end; one that is there already stays as it is. */
  add(row: OutboxRow): void {
    if (this.#entries.has(row.id)) return;
    const urgent = isUrgentRow(row);
    if (urgent) this.#turn(row, true);
    else if (isEndRow(row)) this.#turn(row, false);
    this.#insert({ row, destination: destinationOf(row), urgent, leasedUntilMs: 0 });
  }

  /** Notes a lease that was granted elsewhere. */
  adopt(row: OutboxRow, owner: string, leasedUntilMs: EpochMs): void {
    const entry = this.#entries.get(row.id);
    if (entry === undefined)
      this.#insert({ row, destination: destinationOf(row), urgent: isUrgentRow(row), owner, leasedUntilMs });
    else Object.assign(entry, { row, owner, leasedUntilMs });
  }

  /** Leases rows that are due and free. */
  lease(owner: string, count: number, nowMs: EpochMs, ttlMs: number): readonly OutboxRow[] {
    const leased: OutboxRow[] = [];
    const { overdue, urgent, ordinary } = this.#due(nowMs);
    const first = overdue.slice(0, count);
    for (const id of [...first, ...chooseDue(urgent, ordinary, count - first.length)]) {
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      const isAbandoned = entry.owner !== undefined;
      if (isAbandoned) entry.row = { ...entry.row, startedBefore: true };
      entry.owner = owner;
      entry.leasedUntilMs = nowMs + ttlMs;
      const row = this.#withThread(entry, this.#withUnheard(entry.row));
      leased.push(isAbandoned ? { ...row, isAbandoned } : row);
    }
    return leased;
  }

  /** Ends all leases at once; who leases such a row next is told that it was begun before. */
  freeLeases(): void {
    for (const entry of this.#entries.values()) entry.leasedUntilMs = 0;
  }

  /** True while a lease of the row has not run out. */
  isLeased(id: string, nowMs: EpochMs): boolean {
    const entry = this.#entries.get(id);
    return entry !== undefined && isLeased(entry, nowMs);
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

  /** Ids of rows that `lease` would give in the end. */
  due(nowMs: EpochMs): readonly string[] {
    const { overdue, urgent, ordinary } = this.#due(nowMs);
    return [...overdue, ...urgent, ...ordinary];
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#leaveQueue(entry);
  }

  /** Ends the attempt; returns its record, or undefined when there is nothing to record. */
  settle(settlement: Settlement): DeliveryRecord | undefined {
    const { outboxId, attempt, outcome, retryAtMs } = settlement;
    const entry = this.#entries.get(outboxId);
    if (entry === undefined || entry.row.attempts + 1 !== attempt) return undefined;
    const record = recordOf(entry.row, settlement);
    this.#noteHearing(entry.row, settlement);
    this.#noteThread(entry, settlement);
    if (retryAtMs === undefined) this.remove(outboxId);
    else {
      entry.row = afterAttempt(entry.row, outcome, retryAtMs);
      delete entry.owner;
      if (outcome.kind === "accepted") this.#moveAside(entry);
    }
    return record;
  }

  #leaveQueue(entry: Entry): void {
    const queue = this.#queues.get(entry.destination);
    queue?.delete(entry);
    if (queue?.size === 0) this.#queues.delete(entry.destination);
  }

  /** Nothing waits for the fate of what was taken. */
  #moveAside(entry: Entry): void {
    this.#leaveQueue(entry);
    entry.destination = destinationOf(entry.row);
    this.#insert(entry);
  }

  #noteHearing(row: OutboxRow, settlement: Settlement): void {
    const { heard, unheard, open, over } = hearingOf(row, settlement);
    const reader = readerOf(row);
    for (const fingerprint of over) this.#beginnings.delete(`${reader}\n${fingerprint}`);
    for (const fingerprint of open) {
      const key = `${reader}\n${fingerprint}`;
      if (this.#beginnings.get(key)?.isHeard === false) this.#beginnings.delete(key);
    }
    for (const fingerprint of heard) this.#noteBeginning(`${reader}\n${fingerprint}`, { isHeard: true });
    for (const fingerprint of unheard) {
      const key = `${reader}\n${fingerprint}`;
      if (this.#beginnings.get(key)?.isHeard !== true) this.#noteBeginning(key, { isHeard: false });
    }
  }

  #noteBeginning(key: string, known: Readonly<{ isHeard: boolean }>): void {
    this.#beginnings.delete(key);
    this.#beginnings.set(key, known);
    const [oldest] = this.#beginnings.keys();
    if (this.#beginnings.size > mostBeginnings && oldest !== undefined) this.#beginnings.delete(oldest);
  }

  #noteThread({ row, destination }: Entry, settlement: Settlement): void {
    const externalId = threadOf(row, settlement);
    if (externalId === undefined) return;
    this.#threads.delete(destination);
    this.#threads.set(destination, externalId);
    const [oldest] = this.#threads.keys();
    if (this.#threads.size > mostThreads && oldest !== undefined) this.#threads.delete(oldest);
  }

  #withThread({ destination }: Entry, row: OutboxRow): OutboxRow {
    const known = this.#threads.get(destination);
    return known === undefined || row.notification.incident === undefined ? row : followingOn(row, known);
  }

  #withUnheard(row: OutboxRow): OutboxRow {
    const over = fingerprintsOf(row, "resolved");
    if (over.length === 0) return row;
    const reader = readerOf(row);
    const unheard = over.filter((fingerprint) => this.#beginnings.get(`${reader}\n${fingerprint}`)?.isHeard === false);
    return unheard.length === 0 ? row : { ...row, unheard };
  }

  #insert(entry: Entry): void {
    this.#entries.set(entry.row.id, entry);
    const queue = this.#queues.get(entry.destination) ?? new Set<Entry>();
    this.#queues.set(entry.destination, queue.add(entry));
  }

  /** Rows of a destination that wait before a new one share its urgency; before an urgent one they may go at once. */
  #turn(newest: OutboxRow, urgent: boolean): void {
    for (const entry of this.#queues.get(destinationOf(newest)) ?? []) {
      if (entry.urgent === urgent) continue;
      entry.urgent = urgent;
      if (urgent) entry.row = { ...entry.row, notBeforeMs: Math.min(entry.row.notBeforeMs, newest.notBeforeMs) };
    }
  }

  #due(
    nowMs: EpochMs,
  ): Readonly<{ overdue: readonly string[]; urgent: readonly string[]; ordinary: readonly string[] }> {
    const overdue: string[] = [];
    const urgent: string[] = [];
    const ordinary: string[] = [];
    const blocked = new Set<string>();
    const behindUrgent = new Set<string>();
    for (const [id, entry] of this.#entries) {
      const { destination } = entry;
      const isFree = !isLeased(entry, nowMs);
      if (isFree && entry.row.giveUpAtMs <= nowMs) overdue.push(id);
      else if (!isFree || entry.row.notBeforeMs > nowMs || blocked.has(destination)) blocked.add(destination);
      else if (entry.urgent) {
        urgent.push(id);
        behindUrgent.add(destination);
      } else if (!behindUrgent.has(destination)) ordinary.push(id);
    }
    return { overdue, urgent, ordinary };
  }
}
