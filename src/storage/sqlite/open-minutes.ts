import type { EpochMs } from "../../core/time/time.ts";
import { type MinuteBucket, minuteMs } from "../minute-bucket.ts";

/** Numbers per series: start, count, sum, min, max, last, increase. */
const width = 7;
const firstRoom = 1024;

/**
 * The minute of each series that still grows, by the series' number: plain numbers in one array, since a bucket object per series
 * takes five times the memory and every reading would make a new one.
 */
export class OpenMinutes {
  #numbers = new Float64Array(firstRoom * width);
  /** No open minute began before this: until it has ended there is nothing to take. */
  #oldestMs = Number.POSITIVE_INFINITY;
  #end = 0;

  has(series: number): boolean {
    return this.#at(series, 1) > 0;
  }

  get(series: number): MinuteBucket | undefined {
    if (!this.has(series)) return undefined;
    const at = (field: number): number => this.#at(series, field);
    return { atMs: at(0), count: at(1), sum: at(2), min: at(3), max: at(4), last: at(5), increase: at(6) };
  }

  /** Opens a minute with one value in it, in place of what was there. */
  open(series: number, startMs: EpochMs, value: number, increase: number): void {
    this.#reserve(series);
    this.#numbers.set([startMs, 1, value, value, value, value, increase], series * width);
    this.#oldestMs = Math.min(this.#oldestMs, startMs);
    this.#end = Math.max(this.#end, series + 1);
  }

  /** Adds a later value to the minute that is open. */
  add(series: number, value: number, increase: number): void {
    const numbers = this.#numbers;
    const from = series * width;
    numbers[from + 1] = this.#at(series, 1) + 1;
    numbers[from + 2] = this.#at(series, 2) + value;
    numbers[from + 3] = Math.min(this.#at(series, 3), value);
    numbers[from + 4] = Math.max(this.#at(series, 4), value);
    numbers[from + 5] = value;
    numbers[from + 6] = this.#at(series, 6) + increase;
  }

  /** Takes out every minute that has ended at the moment. */
  *takeEnded(nowMs: EpochMs): Generator<readonly [series: number, bucket: MinuteBucket]> {
    if (this.#oldestMs + minuteMs > nowMs) return;
    this.#oldestMs = Number.POSITIVE_INFINITY;
    for (let series = 0; series < this.#end; series += 1) {
      const bucket = this.get(series);
      if (bucket === undefined) continue;
      if (bucket.atMs + minuteMs > nowMs) {
        this.#oldestMs = Math.min(this.#oldestMs, bucket.atMs);
        continue;
      }
      this.#numbers[series * width + 1] = 0;
      yield [series, bucket];
    }
  }

  #at(series: number, field: number): number {
    return this.#numbers[series * width + field] ?? 0;
  }

  #reserve(series: number): void {
    const needed = (series + 1) * width;
    if (needed <= this.#numbers.length) return;
    const grown = new Float64Array(Math.max(needed, this.#numbers.length * 2));
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}
