import type { Clock } from "../core/ports/clock.ts";

/** When items are handed over. */
export type GatheringTimes = Readonly<{
  /** Between two times that something is handed over lies at least this long … */
  distanceMs: number;
  /** … and each item waits at least this long for what comes together with it. */
  leastMs: number;
}>;

/** Hands items over soon while they are rare, and together while they are many: to wake a thread costs as much as a light probe. */
export class Gathering<T> {
  readonly #clock: Pick<Clock, "monotonicMs" | "setTimer">;
  readonly #times: GatheringTimes;
  readonly #hand: (items: readonly T[]) => void;
  #items: T[] = [];
  #handedMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(
    clock: Pick<Clock, "monotonicMs" | "setTimer">,
    times: GatheringTimes,
    hand: (items: readonly T[]) => void,
  ) {
    this.#clock = clock;
    this.#times = times;
    this.#hand = hand;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#cancel !== undefined) return;
    const { distanceMs, leastMs } = this.#times;
    const waitMs = Math.max(leastMs, this.#handedMs + distanceMs - this.#clock.monotonicMs());
    if (waitMs <= 0) return this.flush();
    this.#cancel = this.#clock.setTimer(waitMs, () => this.flush());
  }

  /** Hands over what is there now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#handedMs = this.#clock.monotonicMs();
    const items = this.#items;
    this.#items = [];
    if (items.length > 0) this.#hand(items);
  }

  /** Forgets what has not been handed over. */
  clear(): void {
    this.#items = [];
  }
}
