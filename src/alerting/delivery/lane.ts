import type { RateLimit } from "../../core/notifier.ts";
import type { Random } from "../../core/ports/random.ts";
import { backOffMs } from "./judge-attempt.ts";
import { type Bucket, fullBucket, takeToken } from "./token-bucket.ts";

/** What the endpoint asked for, else how long a pause may be. */
export type LaneFailure = Readonly<{ askedMs: number | undefined; longestMs: number; random: Random }>;

/** The way to one endpoint: one message at a time, at its rate, and slower while it fails. Times are monotonic. */
export class Lane {
  readonly #limit: RateLimit;
  #bucket: Bucket;
  #busy = false;
  #failures = 0;
  #pausedUntilMs = 0;
  #reservedUntilMs = 0;

  constructor(limit: RateLimit, nowMs: number) {
    this.#limit = limit;
    this.#bucket = fullBucket(limit, nowMs);
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Milliseconds between two messages when there are many. */
  get paceMs(): number {
    return this.#limit.perMs / this.#limit.count;
  }

  /** How long the next message has to wait, apart from one that is under way. */
  waitMs(nowMs: number): number {
    if (this.#pausedUntilMs > nowMs) return this.#pausedUntilMs - nowMs;
    return takeToken(this.#bucket, this.#limit, nowMs).waitMs;
  }

  /** Takes the lane for one message, when it is free; `end` gives it back. */
  begin(nowMs: number): boolean {
    if (this.#busy || this.#pausedUntilMs > nowMs) return false;
    const { bucket, taken } = takeToken(this.#bucket, this.#limit, nowMs);
    this.#bucket = bucket;
    this.#busy = taken;
    return taken;
  }

  /** Gives the lane back; while the endpoint fails every message waits, so that a sick endpoint is asked by one of them. Returns that pause. */
  end(nowMs: number, failure: LaneFailure | undefined): number {
    this.#busy = false;
    if (failure === undefined) {
      this.#failures = 0;
      return 0;
    }
    const pauseMs = failure.askedMs ?? backOffMs(this.#failures, failure.random, failure.longestMs);
    this.#pausedUntilMs = nowMs + pauseMs;
    this.#failures += 1;
    return pauseMs;
  }

  /** Gives a later turn, each further back than the one before, at least `atLeastMs` away; returns the wait. */
  reserve(nowMs: number, atLeastMs: number): number {
    this.#reservedUntilMs = Math.max(this.#reservedUntilMs, nowMs + atLeastMs) + this.paceMs;
    return Math.ceil(this.#reservedUntilMs - nowMs);
  }
}
