import type { Clock } from "../core/ports/clock.ts";
import type { Missed, Result } from "../core/result.ts";
import { MissedLedger } from "./missed-ledger.ts";
import type { SchedulerStats } from "./scheduler-stats.ts";

/** What a scheduler tells at once. */
export type Batch = Readonly<{
  /** Generation of the checks that were planned when the batch was sent. */
  generation: number;
  results: readonly Result[];
  missed: readonly Missed[];
  stats: SchedulerStats;
}>;

const batchMs = 50;
const idleMs = 5000;

/** Collects results and missed slots and hands them over together, 50 ms after the first; stats also come while nothing happens. */
export class BatchCollector {
  readonly #clock: Clock;
  readonly #send: (results: readonly Result[], missed: readonly Missed[]) => void;
  readonly #ledger = new MissedLedger();
  #results: Result[] = [];
  #cancel: () => void = () => {};
  #fast = false;

  constructor(clock: Clock, send: (results: readonly Result[], missed: readonly Missed[]) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  start(): void {
    this.#arm(idleMs);
  }

  result(result: Result): void {
    this.#ledger.close(result);
    this.#results.push(result);
    this.#soon();
  }

  missed(missed: Missed): void {
    this.#ledger.add(missed, this.#clock.monotonicMs());
    if (this.#ledger.hasClosed(this.#clock.monotonicMs())) this.#soon();
  }

  /** Hands over everything, also ranges that could still grow, and ends. */
  finish(): void {
    this.#cancel();
    this.#hand(this.#ledger.takeAll());
  }

  #soon(): void {
    if (!this.#fast) this.#arm(batchMs);
    this.#fast = true;
  }

  #arm(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#clock.setTimer(delayMs, () => {
      this.#fast = false;
      this.#arm(idleMs);
      this.#hand(this.#ledger.take(this.#clock.monotonicMs()));
    });
  }

  #hand(missed: readonly Missed[]): void {
    const results = this.#results;
    this.#results = [];
    this.#send(results, missed);
  }
}
