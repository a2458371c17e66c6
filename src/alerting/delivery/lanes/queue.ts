import {
  claimsOf,
  destinationOf,
  followingOn,
  isEndRow,
  keysOfClaim,
  type OutboxRow,
} from "../../../core/alerting/outbox.ts";
import { type Held, hastened, type Now } from "./held.ts";
import type { Lanes, Place } from "./lanes.ts";
import { type Merge, Overflow } from "./overflow.ts";

/** A row waits in memory at most this long, so that its attempt ends before its lease does. */
const longestHeldMs = 30_000;
/** So many urgent messages go in a row while others wait, and then one of those. */
const urgentInARow = 4;

type Begun = Readonly<{ held: Held; place: Place }>;
type PutBack = Readonly<{ held: Held; waitMs: number }>;

/** What is to be done with held rows now; each leaves the queue with it. */
export type Turn = Readonly<{
  begin: readonly Begun[];
  merge: readonly Merge[];
  /** Rows that would wait too long for a lease. */
  putBack: readonly PutBack[];
}>;

/** Leased rows that wait for their turn: in order per destination, critical first, joined to digests where there are too many. */
export class Queue {
  readonly #lanes: Lanes;
  readonly #overflow: Overflow;
  /** Destinations with an attempt under way. */
  readonly #underWay = new Set<string>();
  /** Urgent messages in a row, by endpoint. */
  readonly #urgentRuns = new Map<string, number>();
  #held: Held[] = [];
  #waiting: ReadonlySet<Held> = new Set();

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
    this.#overflow = new Overflow(lanes);
  }

  get size(): number {
    return this.#held.length;
  }

  /** Takes a row in; what waits before the end of its incident is not urgent any more. */
  add(held: Held): void {
    if (isEndRow(held.row)) {
      this.#held = this.#held.map((each) =>
        each.destination === held.destination && each.urgent ? { ...each, urgent: false } : each,
      );
    }
    this.#held.push(held);
  }

  /** What has to be told before an urgent row goes as that does: at its destination, or because it says the contrary to its reader. */
  hasten(urgent: readonly OutboxRow[]): void {
    if (this.#held.length === 0) return;
    const ahead = new Set(urgent.map(destinationOf));
    const contrary = new Set(urgent.flatMap((row) => claimsOf(row).map((claim) => keysOfClaim(claim).contrary)));
    for (const { row, destination } of this.#held)
      if (claimsOf(row).some((claim) => contrary.has(keysOfClaim(claim).own))) ahead.add(destination);
    this.#held = this.#held.map((each) => (ahead.has(each.destination) ? hastened(each) : each));
  }

  /** True while something waits for a destination or is under way there. */
  isBusy(destination: string): boolean {
    return this.#underWay.has(destination) || this.#held.some((held) => held.destination === destination);
  }

  /** Takes out everything. */
  drain(): readonly Held[] {
    return this.#held.splice(0);
  }

  /** Takes out rows of which this is true. */
  take(isTaken: (held: Held) => boolean): readonly Held[] {
    const taken = new Set(this.#held.filter(isTaken));
    if (taken.size > 0) this.#held = this.#held.filter((held) => !taken.has(held));
    return [...taken];
  }

  /** The attempt is over; when it is made again later, what waits behind it leaves the queue and has to be put back. */
  ended({ destination }: Held, triesAgain: boolean): readonly Held[] {
    this.#underWay.delete(destination);
    if (!triesAgain) return [];
    const behind = this.#held.filter((each) => each.destination === destination);
    this.#held = this.#held.filter((each) => each.destination !== destination);
    return behind;
  }

  /** What waits for a destination goes on with what has just arrived there. */
  follow({ destination }: Held, externalId: string): void {
    this.#held = this.#held.map((each) =>
      each.destination === destination ? { ...each, row: followingOn(each.row, externalId) } : each,
    );
  }

  /** Decides what to do now; at most `room` attempts begin. */
  turn(room: number, now: Now): Turn {
    const { merge, waiting } = this.#overflow.collect(this.#held, this.#underWay, now);
    this.#waiting = waiting;
    const gone = new Set(merge.flatMap(({ rows }) => rows));
    const begin: Begun[] = [];
    const putBack: PutBack[] = [];
    const groups = Map.groupBy(
      this.#held.filter((held) => !gone.has(held)),
      ({ integration }) => integration.endpoint,
    );
    for (const group of groups.values()) {
      const begun = this.#beginSome(group, room - begin.length, now.monotonicMs);
      for (const { held } of begun) gone.add(held);
      begin.push(...begun);
      const rest = group.filter((held) => !gone.has(held));
      const late = this.#tooLate(rest, now.monotonicMs);
      for (const { held } of late) gone.add(held);
      putBack.push(...late);
    }
    this.#held = this.#held.filter((held) => !gone.has(held));
    return { begin, merge, putBack };
  }

  /** When the next turn may begin something; undefined when only the end of an attempt or another row can. */
  nextMs(nowMs: number): number | undefined {
    const waits = this.#heads(this.#held).flatMap(({ integration }) => this.#lanes.nextMs(integration, nowMs) ?? []);
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  #beginSome(group: readonly Held[], room: number, nowMs: number): readonly Begun[] {
    const begun: Begun[] = [];
    const heads = new Set(this.#heads(group));
    while (begun.length < room) {
      const held = this.#next([...heads]);
      if (held === undefined) break;
      const { incident, groupKey } = held.row.notification;
      const place = this.#lanes.begin(held.integration, incident ?? groupKey, nowMs);
      if (place === undefined) break;
      const { endpoint } = held.integration;
      this.#urgentRuns.set(endpoint, held.urgent ? (this.#urgentRuns.get(endpoint) ?? 0) + 1 : 0);
      this.#underWay.add(held.destination);
      heads.delete(held);
      begun.push({ held, place });
    }
    return begun;
  }

  /** The first row of each destination that may begin. */
  #heads(rows: readonly Held[]): readonly Held[] {
    const seen = new Set(this.#underWay);
    return rows.filter((held) => {
      if (seen.has(held.destination)) return false;
      seen.add(held.destination);
      return !this.#waiting.has(held);
    });
  }

  /** Urgent first, but one of the others after a few; of each the oldest. */
  #next(heads: readonly Held[]): Held | undefined {
    const byAge = heads.toSorted((a, b) => a.row.notification.createdAtMs - b.row.notification.createdAtMs);
    const urgent = byAge.find((held) => held.urgent);
    const other = byAge.find((held) => !held.urgent);
    const run = this.#urgentRuns.get(heads[0]?.integration.endpoint ?? "") ?? 0;
    return run >= urgentInARow ? (other ?? urgent) : (urgent ?? other);
  }

  /** Rows whose turn comes after their lease would have to end, and what waits behind them. */
  #tooLate(rest: readonly Held[], nowMs: number): readonly PutBack[] {
    const late: PutBack[] = [];
    const behind = new Set<string>();
    const inOrder = [...rest.filter((held) => held.urgent), ...rest.filter((held) => !held.urgent)];
    for (const [before, held] of inOrder.entries()) {
      const isCollected = this.#waiting.has(held);
      const waitMs = isCollected ? 0 : this.#lanes.waitMs(held.integration, before, nowMs);
      if (nowMs - held.leasedAtMs + waitMs <= longestHeldMs && !behind.has(held.destination)) continue;
      behind.add(held.destination);
      const backMs = isCollected ? this.#overflow.collectsMs(held, nowMs) : this.#turnMs(held, waitMs, nowMs);
      late.push({ held, waitMs: backMs });
    }
    return late;
  }

  /** What makes a phone ring comes back all at once, to be joined; anything else gets a turn of its own. */
  #turnMs({ integration, urgent }: Held, waitMs: number, nowMs: number): number {
    return integration.interrupts ? waitMs : this.#lanes.reserve(integration, { urgent, atLeastMs: waitMs }, nowMs);
  }
}
