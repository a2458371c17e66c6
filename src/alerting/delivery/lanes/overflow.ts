import type { Held, Now } from "./held.ts";
import type { Lanes } from "./lanes.ts";

/** Messages that would wait longer than this for their endpoint's rate are collected for a digest. */
const overflowMs = 30_000;
/** Messages that are older than this when they can be sent tell of the past: they go as one. */
const lateMs = 120_000;
const collectMs = 20_000;
/** After a digest, what follows within this time is collected for the next one. */
const betweenDigestsMs = 60_000;
const mostCollected = 48;
/** Critical messages are joined only when more than so many wait for one endpoint. */
const mostUrgentAlone = 1000;

/** Rows that become one message, which waits so long. */
export type Merge = Readonly<{ rows: readonly Held[]; waitMs: number }>;

/** What has to be joined now, and what waits to be joined soon. */
export type Collected = Readonly<{ merge: readonly Merge[]; waiting: ReadonlySet<Held> }>;

/** Decides what becomes a digest: too many messages for an endpoint's rate, or old ones after it was away. Times are monotonic. */
export class Overflow {
  readonly #lanes: Lanes;
  /** Outlets whose messages are collected, and until when. */
  readonly #untilMs = new Map<string, number>();

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  /** Looks at all held rows, in their order; rows of destinations with an attempt under way stay out of it. */
  collect(held: readonly Held[], underWay: ReadonlySet<string>, now: Now): Collected {
    const fallen = fallenTogether(held, underWay);
    const gone = new Set(fallen.flatMap(({ rows }) => rows));
    const joinable = held.filter((each) => mayJoin(each) && !underWay.has(each.destination) && !gone.has(each));
    const urgent = this.#urgent(held, joinable, now);
    const outlets = Map.groupBy(
      joinable.filter((each) => !each.urgent),
      ({ outlet }) => outlet,
    );
    for (const [outlet, untilMs] of this.#untilMs)
      if (!outlets.has(outlet) && untilMs <= now.monotonicMs) this.#untilMs.delete(outlet);
    const collected = [...outlets].map(([outlet, rows]) => this.#ordinary(outlet, rows, { held, now }));
    return {
      merge: [...fallen, ...urgent, ...collected.flatMap(({ merge }) => merge)],
      waiting: new Set(collected.flatMap(({ waiting }) => waiting)),
    };
  }

  /** How long messages of an outlet are still collected. */
  collectsMs({ outlet }: Held, nowMs: number): number {
    return Math.max(0, (this.#untilMs.get(outlet) ?? 0) - nowMs);
  }

  #ordinary(
    outlet: string,
    rows: readonly Held[],
    { held, now }: Readonly<{ held: readonly Held[]; now: Now }>,
  ): Readonly<{ merge: readonly Merge[]; waiting: readonly Held[] }> {
    const nothing = { merge: [], waiting: [] };
    const nowMs = now.monotonicMs;
    if (!this.#untilMs.has(outlet)) {
      const delayMs = rows.length < 2 ? undefined : this.#collectFor(rows, held, now);
      if (delayMs === undefined) return nothing;
      this.#untilMs.set(outlet, nowMs + delayMs);
    }
    const leftMs = (this.#untilMs.get(outlet) ?? 0) - nowMs;
    if (leftMs <= 0) {
      if (rows.length < 2) {
        this.#untilMs.delete(outlet);
        return nothing;
      }
      this.#untilMs.set(outlet, nowMs + betweenDigestsMs);
      return { merge: [{ rows, waitMs: 0 }], waiting: [] };
    }
    const waiting = rows.filter((each) => !isDigest(each));
    const isLong = waiting.length >= mostCollected || waiting.some(({ leasedAtMs }) => nowMs - leasedAtMs >= collectMs);
    return waiting.length >= 2 && isLong
      ? { merge: [{ rows: waiting, waitMs: leftMs }], waiting: [] }
      : { merge: [], waiting };
  }

  /** How long to collect before the first digest; undefined when all can go on their own. */
  #collectFor(rows: readonly Held[], held: readonly Held[], { wallMs, monotonicMs }: Now): number | undefined {
    const old = rows.filter(({ row }) => wallMs - row.notification.createdAtMs > lateMs);
    if (old.length >= 2) return 0;
    const [{ integration }] = rows as readonly [Held, ...Held[]];
    const ahead = held.filter((each) => each.integration.endpoint === integration.endpoint).length - 1;
    return this.#lanes.waitMs(integration, ahead, monotonicMs) > overflowMs ? collectMs : undefined;
  }

  /** Thousands of critical messages, and all that would make a phone ring more than once. */
  #urgent(held: readonly Held[], joinable: readonly Held[], now: Now): readonly Merge[] {
    const free = new Set(joinable);
    const ahead = new Map<string, number>();
    const staying = new Set<string>();
    const over = held.filter((each) => {
      if (!each.urgent) return false;
      const before = ahead.get(each.integration.endpoint) ?? 0;
      ahead.set(each.integration.endpoint, before + 1);
      const isOver = free.has(each) && !staying.has(each.destination) && this.#isOver(each, before, now);
      if (!isOver) staying.add(each.destination);
      return isOver;
    });
    return [...Map.groupBy(over, ({ outlet }) => outlet).values()]
      .filter((rows) => rows.length >= 2 && !(rows.some(isDigest) && this.#mayBegin(rows, now)))
      .map((rows) => ({ rows, waitMs: 0 }));
  }

  #mayBegin([first]: readonly Held[], { monotonicMs }: Now): boolean {
    return first !== undefined && this.#lanes.nextMs(first.integration, monotonicMs) === 0;
  }

  #isOver({ integration }: Held, before: number, { monotonicMs }: Now): boolean {
    if (integration.interrupts) return true;
    const soonMs = this.#lanes.waitMs(integration, before, monotonicMs);
    if (soonMs <= overflowMs) return false;
    const waitMs = this.#lanes.backlogMs(integration, { urgent: true, atLeastMs: soonMs }, monotonicMs);
    return waitMs > mostUrgentAlone * this.#lanes.paceMs(integration, monotonicMs);
  }
}

/** What took over from lost messages of one incident and begins its destination's row: its reader is told once. */
function fallenTogether(held: readonly Held[], underWay: ReadonlySet<string>): readonly Merge[] {
  const destinations = Map.groupBy(held, ({ destination }) => destination);
  return [...destinations].flatMap(([destination, rows]): readonly Merge[] => {
    const others = rows.findIndex((each) => each.row.tried === undefined || each.integration.alertsOnly);
    const fallen = others === -1 ? rows : rows.slice(0, others);
    const [first] = fallen;
    // Where it rings, all that is urgent is joined anyway, over all incidents.
    const isJoinedAnyway = first !== undefined && first.integration.interrupts && fallen.every(isUrgentAndJoins);
    if (fallen.length < 2 || underWay.has(destination) || isJoinedAnyway) return [];
    return [{ rows: fallen, waitMs: 0 }];
  });
}

function isUrgentAndJoins(held: Held): boolean {
  return held.urgent && mayJoin(held);
}

/** Reports and rehearsals are told whole, machines take every message on its own. */
function mayJoin({ row, integration }: Held): boolean {
  const { text, isDrill, intent } = row.notification;
  return !integration.alertsOnly && text === undefined && isDrill !== true && intent !== "test";
}

function isDigest({ row }: Held): boolean {
  return row.dedupKey.startsWith("digest/");
}
