/** Who waits for replies, by numbers that are used again once they are free: what a map forgets lives on in its old tables until the next full collection. */
export class WaitingList<T> {
  readonly #waiting: (T | undefined)[] = [];
  readonly #free: number[] = [];

  /** Takes somebody in; returns the number of the reply. */
  add(waiting: T): number {
    const number = this.#free.pop() ?? this.#waiting.length;
    this.#waiting[number] = waiting;
    return number;
  }

  /** Who waited for this reply; undefined when nobody does any more. */
  take(number: number): T | undefined {
    const waiting = this.#waiting[number];
    if (waiting === undefined) return undefined;
    this.#waiting[number] = undefined;
    this.#free.push(number);
    return waiting;
  }

  /** Takes all that this is true of, in no certain order. */
  takeWhere(matches: (waiting: T) => boolean): readonly T[] {
    const taken: T[] = [];
    for (const [number, waiting] of this.#waiting.entries()) {
      if (waiting === undefined || !matches(waiting)) continue;
      this.take(number);
      taken.push(waiting);
    }
    return taken;
  }
}
