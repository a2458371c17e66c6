import type { Clock } from "../core/ports/clock.ts";

type Kept<T> = { value: Promise<T>; madeAtMs: number; isSettled: boolean };

/** Makes a value at most once in a while per key and hands the same one to everybody who asks in between. */
export class KeptAnswer<T> {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #keepMs: number;
  readonly #kept = new Map<string, Kept<T>>();

  constructor(clock: Pick<Clock, "monotonicMs">, keepMs: number) {
    this.#clock = clock;
    this.#keepMs = keepMs;
  }

  /** Returns the kept value or makes a new one; a failure is not kept. Keys come from a small closed set. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    // While one is under way all wait for it, however long it takes.
    if (known !== undefined && (!known.isSettled || this.#clock.monotonicMs() - known.madeAtMs < this.#keepMs)) {
      return known.value;
    }
    const kept: Kept<T> = { value: make(), madeAtMs: this.#clock.monotonicMs(), isSettled: false };
    this.#kept.set(key, kept);
    kept.value.then(
      () => {
        kept.isSettled = true;
        kept.madeAtMs = this.#clock.monotonicMs();
      },
      () => void this.#kept.delete(key),
    );
    return kept.value;
  }
}
