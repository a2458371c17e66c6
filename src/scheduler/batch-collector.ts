import { type Missed, type Result, type RunKey, type RunTrigger, subjectId } from "../core/checks/result.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { EpochMs } from "../core/time/time.ts";
import { MissedLedger } from "./missed-ledger.ts";
import type { SchedulerStats } from "./scheduler-stats.ts";

/** A run that has begun. */
export type StartedRun = RunKey & Readonly<{ trigger: RunTrigger; startedAtMs: EpochMs }>;

/** What a scheduler tells at once. */
export type Batch = Readonly<{
  /** Generation of the checks that were planned when the batch was sent. */
  generation: number;
  /** Runs that began since the batch before and are still under way: whoever loses this scheduler knows what was lost. */
  started: readonly StartedRun[];
  results: readonly Result[];
  missed: readonly Missed[];
  stats: SchedulerStats;
}>;

const batchMs = 90;
/** What is due so soon goes along when the thread is awake for its plan: a wake-up of its own costs as much as a run. */
const earlyMs = 30;
/** A bad result may have to be told to people: it waits only for what ends together with it … */
const badResultMs = 5;
/** … and where much goes bad at once, for so long after the last batch, since each batch is judged, stored and synced on its own. */
const badDistanceMs = 25;
const idleMs = 15_000;

/** Collects results and missed slots and hands them over together, 90 ms after the first or up to 30 earlier when the thread is awake anyway, 5 ms after a bad one unless there was a batch just before; stats also come while nothing happens. */
export class BatchCollector {
  readonly #clock: Clock;
  readonly #send: (told: Pick<Batch, "started" | "results" | "missed">) => void;
  readonly #ledger = new MissedLedger();
  #results: Result[] = [];
  readonly #started = new Map<string, StartedRun>();
  #cancel: () => void = () => {};
  #dueMs = Number.POSITIVE_INFINITY;
  #handedMs = Number.NEGATIVE_INFINITY;
  #badWaits = false;

  constructor(clock: Clock, send: (told: Pick<Batch, "started" | "results" | "missed">) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  start(): void {
    this.#arm(idleMs);
  }

  /** @param id of the run's subject; given, since a text that is made anew has to be hashed anew. */
  started(id: string, run: StartedRun): void {
    this.#ledger.close(run);
    this.#started.set(id, run);
    this.#within(batchMs);
  }

  /** @param id of the result's subject. */
  result(id: string, result: Result): void {
    this.#started.delete(id);
    this.#results.push(result);
    if (result.verdict === "up") return this.#within(batchMs);
    this.#badWaits = true;
    this.#within(this.#badDelayMs());
  }

  missed(missed: Missed): void {
    const run = this.#started.get(subjectId(missed));
    if (run !== undefined && run.slotMs <= missed.toSlotMs) this.#started.delete(subjectId(missed));
    this.#ledger.add(missed, this.#clock.monotonicMs());
    if (this.#ledger.hasClosed(this.#clock.monotonicMs())) this.#within(batchMs);
  }

  /** The thread is awake: hands over what is due soon; bad results have a measure of their own. */
  awake(): void {
    if (!this.#badWaits && this.#dueMs - this.#clock.monotonicMs() <= earlyMs) this.#handDue();
  }

  /** Newest slot of each subject among the results that were not handed over yet: whoever plans now does not know of them. */
  unsentSlots(): ReadonlyMap<string, EpochMs> {
    return new Map(this.#results.map((result) => [subjectId(result), result.slotMs]));
  }

  /** Hands over everything, also ranges that could still grow, and ends. */
  finish(): void {
    this.#cancel();
    this.#hand(this.#ledger.takeAll());
  }

  #badDelayMs(): number {
    return Math.max(badResultMs, this.#handedMs + badDistanceMs - this.#clock.monotonicMs());
  }

  #within(delayMs: number): void {
    const dueMs = this.#clock.monotonicMs() + delayMs;
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    this.#arm(delayMs);
  }

  #arm(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#clock.setTimer(delayMs, () => this.#handDue());
  }

  #handDue(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#arm(idleMs);
    this.#hand(this.#ledger.take(this.#clock.monotonicMs()));
  }

  #hand(missed: readonly Missed[]): void {
    const results = this.#results;
    this.#results = [];
    this.#badWaits = false;
    const started = [...this.#started.values()];
    this.#started.clear();
    this.#handedMs = this.#clock.monotonicMs();
    this.#send({ started, results, missed });
  }
}
