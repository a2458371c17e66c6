import type { Sample } from "../../core/checks/metric.ts";
import { fingerprint } from "../../core/labels.ts";
import type { EpochMs } from "../../core/time/time.ts";

const forgottenAfterMs = 86_400_000;

/** Counts the different series of one target within a day, so that no label can grow without end. */
export class SeriesBudget {
  readonly #seenMs = new Map<string, EpochMs>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** True when the series is known or there is room for it; it is known from then on. */
  admits(sample: Sample, nowMs: EpochMs): boolean {
    const key = seriesKey(sample);
    const known = this.#seenMs.delete(key);
    if (!known && this.#seenMs.size >= this.#most && !this.#forgetOldest(nowMs)) return false;
    this.#seenMs.set(key, nowMs);
    return true;
  }

  /** The map is in the order of the last sight, so that the first entry is the oldest. */
  #forgetOldest(nowMs: EpochMs): boolean {
    for (const [key, atMs] of this.#seenMs) {
      return nowMs - atMs >= forgottenAfterMs && this.#seenMs.delete(key);
    }
    return false;
  }
}

/** Identity of a sample's series. */
export function seriesKey(sample: Sample): string {
  return `${sample.metric} ${fingerprint(sample.labels)}`;
}
