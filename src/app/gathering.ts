import type { Clock } from "../core/ports/clock.ts";

/** Waking a thread costs as much as a light probe: what comes within this time of another crosses together. */
const distanceMs = 25;

/** Hands items over at once while they are rare, and together, at most 25 ms late, while they are many. */
export class Gathering<T> {
  readonly #clock: Pick<Clock, "monotonicMs" | "setTimer">;
  readonly #hand: (items: readonly T[]) => void;
  #items: T[] = [];
  #handedMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Pick<Clock, "monotonicMs" | "setTimer">, hand: (items: readonly T[]) => void) {
    this.#clock = clock;
    this.#hand = hand;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#cancel !== undefined) return;
    const leftMs = this.#handedMs + distanceMs - this.#clock.monotonicMs();
    if (leftMs <= 0) return this.flush();
    this.#cancel = this.#clock.setTimer(leftMs, () => this.flush());
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
}
