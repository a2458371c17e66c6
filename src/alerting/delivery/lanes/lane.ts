import type { RateLimit } from "../../../core/alerting/notifier.ts";
import type { Random } from "../../../core/ports/random.ts";
import { backOffMs } from "../outcome/judge-attempt.ts";
import { type Bucket, fullBucket, takeToken, tokensAt } from "./token-bucket.ts";

/** An endpoint that has refused so often in a row does not do so for a moment only. */
export const refusalsToConfirm = 3;
/** A gateway that is replaced answers 404 for a moment: one refusal is asked about again soon, a confirmed one now and then. */
const unconfirmedPauseMs = 10_000;
const confirmedPauseMs = 60_000;

/** How the endpoint failed: what it asked for, else how long a pause may be; `refused` when it takes no message at all. */
export type LaneFailure = Readonly<{
  askedMs: number | undefined;
  longestMs: number;
  random: Random;
  refused: boolean;
}>;

/** The way to one endpoint: one message at a time, at its rate, and slower while it fails. Times are monotonic. */
export class Lane {
  readonly #limit: RateLimit;
  #bucket: Bucket;
  #busy = false;
  #failures = 0;
  #refusals = 0;
  #pausedUntilMs = 0;

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

  /** True when the endpoint has refused several messages in a row: it is not a moment's fault. */
  get isRefusing(): boolean {
    return this.#refusals >= refusalsToConfirm;
  }

  /** How long the endpoint is left alone after a failure. */
  pauseMs(nowMs: number): number {
    return Math.max(0, this.#pausedUntilMs - nowMs);
  }

  /** Messages that could be sent now, fractions included, apart from a pause. */
  tokens(nowMs: number): number {
    return tokensAt(this.#bucket, this.#limit, nowMs);
  }

  /** How long the next message has to wait, apart from one that is under way. */
  waitMs(nowMs: number): number {
    const pauseMs = this.pauseMs(nowMs);
    return pauseMs > 0 ? pauseMs : takeToken(this.#bucket, this.#limit, nowMs).waitMs;
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
    this.#refusals = failure?.refused === true ? this.#refusals + 1 : 0;
    if (failure === undefined) {
      this.#failures = 0;
      return 0;
    }
    const pauseMs = failure.askedMs ?? this.#pauseAfter(failure);
    this.#pausedUntilMs = nowMs + pauseMs;
    this.#failures += 1;
    return pauseMs;
  }

  #pauseAfter({ refused, random, longestMs }: LaneFailure): number {
    if (!refused) return backOffMs(this.#failures, random, longestMs);
    const capMs = this.isRefusing ? confirmedPauseMs : unconfirmedPauseMs;
    return Math.max(1000, Math.min(longestMs, capMs * (0.5 + random.next() / 2)));
  }
}
