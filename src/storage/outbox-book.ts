import {
  claimsOf,
  type DeliveryRecord,
  destinationOf,
  followingOn,
  isEndRow,
  isUrgentRow,
  keysOfClaim,
  type OutboxRow,
  threadOf,
} from "../core/alerting/outbox.ts";
import type { OutboxBacklog, Settlement } from "../core/store.ts";
import type { EpochMs } from "../core/time/time.ts";
import { BeginningsBook } from "./beginnings-book.ts";
import { afterAttempt, chooseDue, recordOf } from "./row-outcome.ts";

/** Destinations whose thread is remembered in memory. */
const mostThreads = 10_000;

type Entry = {
  row: OutboxRow;
  /** In the order; a digest has that of the first of its rows. */
  place: number;
  /** Of the row; it changes once the row is taken, and then stands by itself. */
  destination: string;
  urgent: boolean;
  owner?: string;
  leasedUntilMs: EpochMs;
  claims: readonly Keys[];
};

/** What a row says of an alert to its reader, and the contrary. */
type Keys = Readonly<{ own: string; contrary: string }>;

function isLeased({ owner, leasedUntilMs }: Entry, nowMs: EpochMs): boolean {
  return owner !== undefined && leasedUntilMs > nowMs;
}

/** Rows that wait or are leased, oldest first, with the rules of leasing; holds nothing but memory. */
export class OutboxBook {
  readonly #entries = new Map<string, Entry>();
  readonly #beginnings = new BeginningsBook();
  /** Ids at the other end, by destination; those used last stand last. */
  readonly #threads = new Map<string, string>();
  /** Entries by destination: an outage of everything makes a row and a destination per check. */
  readonly #queues = new Map<string, Set<Entry>>();
  /** Entries by what they say of an alert to a reader. */
  readonly #claims = new Map<string, Set<Entry>>();
  #places = 0;

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
    const destination = destinationOf(row);
    this.#insert(this.#entryOf(row));
    if (urgent) this.#hasten(destination, row.notBeforeMs);
    else if (isEndRow(row)) for (const entry of this.#queues.get(destination) ?? []) entry.urgent = false;
  }

  /** Notes a lease that was granted elsewhere. */
  adopt(row: OutboxRow, owner: string, leasedUntilMs: EpochMs): void {
    const entry = this.#entries.get(row.id);
    if (entry === undefined) this.#insert({ ...this.#entryOf(row), owner, leasedUntilMs });
    else {
      this.#change(entry, row);
      Object.assign(entry, { owner, leasedUntilMs });
    }
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
      if (isAbandoned) this.#change(entry, { ...entry.row, startedBefore: true });
      entry.owner = owner;
      entry.leasedUntilMs = nowMs + ttlMs;
      const row = this.#withThread(entry, this.#beginnings.withUntold(entry.row));
      const isHastened = entry.urgent && !isUrgentRow(row);
      leased.push({ ...row, ...(isAbandoned ? { isAbandoned } : {}), ...(isHastened ? { isHastened } : {}) });
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
    this.#beginnings.note(entry.row, settlement);
    this.#noteThread(entry, settlement);
    if (retryAtMs === undefined) {
      this.remove(outboxId);
      if (outcome.kind === "digested") this.#givePlace(entry.place, outcome.into, settlement.atMs);
    } else {
      this.#change(entry, afterAttempt(entry.row, outcome, retryAtMs));
      delete entry.owner;
    }
    return record;
  }

  #leaveQueue(entry: Entry): void {
    leave(this.#queues, entry.destination, entry);
    for (const { own } of entry.claims) leave(this.#claims, own, entry);
  }

  #entryOf(row: OutboxRow): Entry {
    this.#places += 1;
    const standing = { destination: destinationOf(row), claims: claimsOf(row).map(keysOfClaim) };
    return { row, place: this.#places, urgent: isUrgentRow(row), leasedUntilMs: 0, ...standing };
  }

  /** Nothing waits for the fate of what was taken, nor for an end that was tried. */
  #change(entry: Entry, row: OutboxRow): void {
    this.#leaveQueue(entry);
    Object.assign(entry, { row, destination: destinationOf(row), claims: claimsOf(row).map(keysOfClaim) });
    this.#insert(entry);
  }

  /** A digest says what its rows would have said, when the first of them would have; nothing critical waits for it behind that. */
  #givePlace(place: number, digest: string, atMs: EpochMs): void {
    const entry = this.#entries.get(digest);
    if (entry === undefined || entry.place < place) return;
    entry.place = place;
    const inOrder = [...this.#entries].sort(([, a], [, b]) => a.place - b.place);
    this.#entries.clear();
    for (const [id, each] of inOrder) this.#entries.set(id, each);
    if (this.#holdsUpUrgent(entry)) this.#hasten(entry.destination, atMs);
  }

  /** True when something urgent waits behind a row, at its destination or because that says the contrary of one of its alerts to its reader. */
  #holdsUpUrgent({ place, destination, claims }: Entry): boolean {
    const behind = [this.#queues.get(destination), ...claims.map(({ contrary }) => this.#claims.get(contrary))];
    return behind.some((entries = new Set()) => [...entries].some((each) => each.place > place && each.urgent));
  }

  /** Other rows that have to be told before one: they say the contrary of one of its alerts to its reader. */
  *#aheadOf(entry: Entry): Generator<Entry> {
    for (const { contrary } of entry.claims)
      for (const other of this.#claims.get(contrary) ?? [])
        if (other.place < entry.place && other.destination !== entry.destination) yield other;
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

  #insert(entry: Entry): void {
    this.#entries.set(entry.row.id, entry);
    enter(this.#queues, entry.destination, entry);
    for (const { own } of entry.claims) enter(this.#claims, own, entry);
  }

  /** Rows that wait before an urgent one, at its destination or because they have to be told first, share its urgency and may go at once. */
  #hasten(destination: string, notBeforeMs: EpochMs): void {
    const destinations = new Set([destination]);
    for (const each of destinations)
      for (const entry of this.#queues.get(each) ?? []) {
        for (const ahead of this.#aheadOf(entry)) destinations.add(ahead.destination);
        if (entry.urgent) continue;
        entry.urgent = true;
        entry.row = { ...entry.row, notBeforeMs: Math.min(entry.row.notBeforeMs, notBeforeMs) };
      }
  }

  #isHeldUp(entry: Entry): boolean {
    return this.#aheadOf(entry).next().done !== true;
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
      else if (!isFree || entry.row.notBeforeMs > nowMs || blocked.has(destination) || this.#isHeldUp(entry))
        blocked.add(destination);
      else if (entry.urgent) {
        urgent.push(id);
        behindUrgent.add(destination);
      } else if (!behindUrgent.has(destination)) ordinary.push(id);
    }
    return { overdue, urgent, ordinary };
  }
}

function enter(sets: Map<string, Set<Entry>>, key: string, entry: Entry): void {
  sets.set(key, (sets.get(key) ?? new Set<Entry>()).add(entry));
}

function leave(sets: Map<string, Set<Entry>>, key: string, entry: Entry): void {
  const set = sets.get(key);
  set?.delete(entry);
  if (set?.size === 0) sets.delete(key);
}
