import type { Recurrence, Schedule } from "../core/checks/check.ts";
import { invariant } from "../core/errors.ts";
import { cronSeries } from "../core/time/cron.ts";
import type { EpochMs } from "../core/time/time.ts";
import { stableHash } from "./stable-hash.ts";

/** Slots of a span: the first, the last, the one before the last (the last itself when it is alone) and how many. */
export type SlotRange = Readonly<{ firstMs: EpochMs; beforeLastMs: EpochMs; lastMs: EpochMs; count: number }>;

/** Says when one subject is due. */
export interface SlotPlan {
  /** First slot after `afterMs`; undefined when none comes. */
  nextMs(afterMs: EpochMs): EpochMs | undefined;
  /** Slots after `afterMs` up to and with `toMs`; undefined when there is none. A plan of cron counts at most 1000 of them, and the count says at least. */
  between(afterMs: EpochMs, toMs: EpochMs): SlotRange | undefined;
  /** Newest slot at or before `nowMs` of a plan that is due all the time; undefined for cron and arrivals, which wait for theirs. */
  currentMs(nowMs: EpochMs): EpochMs | undefined;
  /** Newest expected moment of a plan of arrivals whose grace is over at `nowMs`, counted since the last arrival; undefined for the others. */
  expected(nowMs: EpochMs): Readonly<{ atMs: EpochMs; graceMs: number }> | undefined;
  /** Tells a plan of arrivals that one came; the others do not care. */
  heard(atMs: EpochMs): void;
}

const mostCounted = 1000;

/** Phase of a subject within its interval: the same on every start, evenly spread over subjects. */
export function phaseMs(check: string, target: string, everyMs: number): number {
  return stableHash(`${check}\n${target}`) % everyMs;
}

/** Builds the plan of a schedule; `anchorMs` is the moment from which a plan of arrivals counts until something arrives. */
export function slotPlan(schedule: Schedule, check: string, target: string, anchorMs: EpochMs): SlotPlan {
  if (schedule.kind === "every") invariant(schedule.everyMs >= 1, `check ${check} has an interval below 1 ms`);
  if (schedule.kind === "every") return new PeriodicSlots(schedule.everyMs, phaseMs(check, target, schedule.everyMs));
  if (schedule.kind === "cron") return new SeriesSlots(cronSeries(schedule.expression, schedule.timeZone));
  return new ArrivalSlots(schedule.expected, schedule.graceMs, anchorMs);
}

/** Start of a run within its slot: at most `jitterMs` later, and never later than half way to the next slot. */
export function jitteredStartMs(plan: SlotPlan, slotMs: EpochMs, jitterMs: number, random: number): EpochMs {
  if (jitterMs <= 0) return slotMs;
  const roomMs = ((plan.nextMs(slotMs) ?? Number.POSITIVE_INFINITY) - slotMs) / 2;
  return slotMs + Math.floor(random * Math.min(jitterMs, roomMs));
}

class PeriodicSlots implements SlotPlan {
  readonly #everyMs: number;
  readonly #phaseMs: number;

  constructor(everyMs: number, phase: number) {
    this.#everyMs = everyMs;
    this.#phaseMs = phase;
  }

  nextMs(afterMs: EpochMs): EpochMs {
    return this.currentMs(afterMs) + this.#everyMs;
  }

  currentMs(nowMs: EpochMs): EpochMs {
    return Math.floor((nowMs - this.#phaseMs) / this.#everyMs) * this.#everyMs + this.#phaseMs;
  }

  between(afterMs: EpochMs, toMs: EpochMs): SlotRange | undefined {
    const firstMs = this.nextMs(afterMs);
    const lastMs = this.currentMs(toMs);
    if (lastMs < firstMs) return undefined;
    const beforeLastMs = Math.max(firstMs, lastMs - this.#everyMs);
    return { firstMs, beforeLastMs, lastMs, count: Math.round((lastMs - firstMs) / this.#everyMs) + 1 };
  }

  expected(): undefined {
    return undefined;
  }

  heard(): void {}
}

class SeriesSlots implements SlotPlan {
  readonly nextMs: (afterMs: EpochMs) => EpochMs | undefined;

  constructor(nextMs: (afterMs: EpochMs) => EpochMs | undefined) {
    this.nextMs = nextMs;
  }

  between(afterMs: EpochMs, toMs: EpochMs): SlotRange | undefined {
    return countSlots(this.nextMs, afterMs, toMs);
  }

  currentMs(): undefined {
    return undefined;
  }

  expected(): undefined {
    return undefined;
  }

  heard(): void {}
}

/** Deadlines by which something must have arrived: the expected time plus the grace, again and again until it comes. */
class ArrivalSlots implements SlotPlan {
  readonly #graceMs: number;
  readonly #expected: Recurrence | undefined;
  readonly #cron: ((afterMs: EpochMs) => EpochMs | undefined) | undefined;
  #anchorMs: EpochMs;

  constructor(expected: Recurrence | undefined, graceMs: number, anchorMs: EpochMs) {
    this.#expected = expected;
    this.#graceMs = graceMs;
    this.#anchorMs = Math.floor(anchorMs);
    if (expected?.kind === "cron") this.#cron = cronSeries(expected.expression, expected.timeZone);
  }

  nextMs(afterMs: EpochMs): EpochMs | undefined {
    const expectedAfterMs = Math.max(this.#anchorMs, afterMs - this.#graceMs);
    if (this.#expected?.kind === "every") {
      const periods = Math.floor((expectedAfterMs - this.#anchorMs) / this.#expected.everyMs) + 1;
      return this.#anchorMs + periods * this.#expected.everyMs + this.#graceMs;
    }
    const expectedMs = this.#cron?.(expectedAfterMs);
    return expectedMs === undefined ? undefined : expectedMs + this.#graceMs;
  }

  between(afterMs: EpochMs, toMs: EpochMs): SlotRange | undefined {
    return countSlots((fromMs) => this.nextMs(fromMs), afterMs, toMs);
  }

  currentMs(): undefined {
    return undefined;
  }

  expected(nowMs: EpochMs): Readonly<{ atMs: EpochMs; graceMs: number }> | undefined {
    const over = this.between(this.#anchorMs, nowMs);
    return over === undefined ? undefined : { atMs: over.lastMs - this.#graceMs, graceMs: this.#graceMs };
  }

  heard(atMs: EpochMs): void {
    this.#anchorMs = Math.max(this.#anchorMs, Math.floor(atMs));
  }
}

type NextSlot = (afterMs: EpochMs) => EpochMs | undefined;

function countSlots(nextMs: NextSlot, afterMs: EpochMs, toMs: EpochMs): SlotRange | undefined {
  const firstMs = nextMs(afterMs);
  if (firstMs === undefined || firstMs > toMs) return undefined;
  let beforeLastMs = firstMs;
  let lastMs = firstMs;
  let count = 1;
  for (let slotMs = nextMs(lastMs); slotMs !== undefined && slotMs <= toMs; slotMs = nextMs(lastMs)) {
    beforeLastMs = lastMs;
    lastMs = slotMs;
    count += 1;
    if (count < mostCounted) continue;
    const newestMs = newestSlot(nextMs, lastMs, toMs);
    return { firstMs, beforeLastMs: newestSlot(nextMs, beforeLastMs, newestMs - 1), lastMs: newestMs, count };
  }
  return { firstMs, beforeLastMs, lastMs, count };
}

/** Finds the newest slot at or before `toMs` by stepping back in doubling steps; `atLeastMs` is a slot known to be there. */
function newestSlot(nextMs: NextSlot, atLeastMs: EpochMs, toMs: EpochMs): EpochMs {
  let newestMs = atLeastMs;
  for (let stepMs = 60_000; toMs - stepMs > atLeastMs; stepMs *= 2) {
    const slotMs = nextMs(toMs - stepMs);
    if (slotMs === undefined || slotMs > toMs) continue;
    newestMs = slotMs;
    break;
  }
  for (let slotMs = nextMs(newestMs); slotMs !== undefined && slotMs <= toMs; slotMs = nextMs(newestMs)) {
    newestMs = slotMs;
  }
  return newestMs;
}
