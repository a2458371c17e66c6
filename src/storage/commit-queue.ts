import { type Result, type SubjectKey, subjectId } from "../core/checks/result.ts";
import { AppError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Random } from "../core/ports/random.ts";
import type { Change, Fence, Store } from "../core/store.ts";
import type { EpochMs } from "../core/time/time.ts";
import { isUrgent, PendingChange } from "./pending-change.ts";

const routineDelayMs = 1000;
const firstRetryMs = 500;
const longestRetryMs = 15_000;
/** Results that may keep their evidence while the store fails. */
const mostEvidence = 1000;

export type CommitQueueSettings = Readonly<{
  store: Pick<Store, "commit">;
  clock: Clock;
  random: Random;
  maxResults: number;
  onCommitted(change: Change): void;
  onHealthChange(): void;
}>;

/** Changes on their way to the store, in order, at most one under way. */
export class CommitQueue {
  readonly #settings: CommitQueueSettings;
  #waiting: PendingChange[] = [];
  #underWay: PendingChange | undefined;
  #running: Promise<"committed" | "fenced"> | undefined;
  #cancelTimer: (() => void) | undefined;
  #failing: Readonly<{ sinceMs: EpochMs; error: AppError }> | undefined;
  #retryMs = firstRetryMs;
  #droppedResults = 0;

  constructor(settings: CommitQueueSettings) {
    this.#settings = settings;
  }

  /** Since when and why the store fails; undefined while it works. */
  get failing(): Readonly<{ sinceMs: EpochMs; error: AppError }> | undefined {
    return this.#failing;
  }

  get bufferedResults(): number {
    return this.#all().reduce((sum, pending) => sum + pending.results.length, 0);
  }

  get droppedResults(): number {
    return this.#droppedResults;
  }

  /** Takes a change; an urgent one is sent on at once and waited for, unless the store fails. */
  async add(change: Change): Promise<"committed" | "fenced"> {
    const bare = { ...change, results: change.results.map((result) => this.#bare(result)) };
    this.#tail(change.fence).add(bare);
    if (this.#failing !== undefined) {
      this.#dropOverflow();
      return "committed";
    }
    if (isUrgent(change)) return this.#sendAll();
    this.#cancelTimer ??= this.#settings.clock.setTimer(routineDelayMs, () => this.#wake());
    return "committed";
  }

  /** Sends on what waits; does nothing while the store fails. */
  async flush(): Promise<void> {
    if (this.#failing === undefined) await this.#sendAll();
  }

  /** Notes a failure that was met elsewhere. @throws the error when it is not one of the store's. */
  fail(error: unknown): void {
    if (!(error instanceof AppError)) throw error;
    const began = this.#failing === undefined;
    this.#failing = { sinceMs: this.#failing?.sinceMs ?? this.#settings.clock.now(), error };
    this.#cancelTimer?.();
    const delayMs = this.#retryMs * (0.5 + this.#settings.random.next() / 2);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
    this.#cancelTimer = this.#settings.clock.setTimer(delayMs, () => this.#wake());
    this.#dropOverflow();
    if (began) this.#settings.onHealthChange();
  }

  /** Results that are not in the store, oldest first. */
  waitingResults(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs): readonly Result[] {
    const id = subjectId(key);
    return this.#all()
      .flatMap((pending) => pending.results)
      .filter((result) => subjectId(result) === id && result.slotMs >= fromMs && result.slotMs <= toMs);
  }

  /** Tries once more, whatever the state, and stops. */
  async close(): Promise<void> {
    this.#cancelTimer?.();
    await this.#sendAll();
    this.#cancelTimer?.();
  }

  #all(): readonly PendingChange[] {
    return this.#underWay === undefined ? this.#waiting : [this.#underWay, ...this.#waiting];
  }

  /** What neither the store nor a reader wants is left out: samples and memory, and evidence beyond what memory can hold. */
  #bare(result: Result): Result {
    const { memory: _memory, evidence, ...rest } = result;
    const keeps = evidence !== undefined && (this.#failing === undefined || this.bufferedResults < mostEvidence);
    return { ...rest, samples: [], ...(keeps ? { evidence } : {}) };
  }

  #tail(fence: Fence | undefined): PendingChange {
    const last = this.#waiting.at(-1);
    if (last !== undefined && isSameFence(last.fence, fence)) return last;
    const pending = new PendingChange(fence);
    this.#waiting.push(pending);
    return pending;
  }

  /** While the store fails and nothing waits, an empty change asks whether it works again. */
  #wake(): void {
    this.#cancelTimer = undefined;
    if (this.#failing !== undefined && this.#waiting.length === 0) this.#tail(undefined);
    void this.#sendAll();
  }

  /** Sends until nothing waits or the store fails; callers share one loop. */
  async #sendAll(): Promise<"committed" | "fenced"> {
    let answer: "committed" | "fenced" = "committed";
    while (this.#running !== undefined || this.#waiting.length > 0) {
      this.#running ??= this.#send().finally(() => {
        this.#running = undefined;
      });
      answer = await this.#running;
      if (this.#failing !== undefined) return "committed";
    }
    return answer;
  }

  async #send(): Promise<"committed" | "fenced"> {
    const pending = this.#waiting.shift();
    if (pending === undefined) return "committed";
    this.#underWay = pending;
    try {
      const answer = await this.#settings.store.commit(pending.toChange());
      this.#underWay = undefined;
      this.#succeed(pending.toChange());
      return answer;
    } catch (error) {
      this.#underWay = undefined;
      await this.#salvage(pending, error);
      return "committed";
    }
  }

  /** On a full disk, transitions go into the reserve without the runs, which are given up; anything else waits in order. */
  async #salvage(pending: PendingChange, error: unknown): Promise<void> {
    const change = pending.toChange();
    const full = error instanceof AppError && error.code === "ERR_STORAGE_FULL";
    if (full && isUrgent(change) && change.results.length + change.missed.length > 0) {
      const transitions = { ...change, results: [], missed: [] };
      this.#underWay = pending;
      try {
        await this.#settings.store.commit(transitions);
        this.#droppedResults += change.results.length;
        this.#settings.onCommitted(transitions);
        return this.fail(error);
      } catch (second) {
        if (!(second instanceof AppError)) throw second;
      } finally {
        this.#underWay = undefined;
      }
    }
    this.#putBack(pending);
    this.fail(error);
  }

  #putBack(pending: PendingChange): void {
    const next = this.#waiting[0];
    if (next === undefined || !isSameFence(next.fence, pending.fence)) {
      this.#waiting.unshift(pending);
      return;
    }
    pending.add(next.toChange());
    this.#waiting[0] = pending;
  }

  #succeed(change: Change): void {
    this.#settings.onCommitted(change);
    this.#retryMs = firstRetryMs;
    if (this.#failing === undefined) return;
    this.#failing = undefined;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#settings.onHealthChange();
  }

  #dropOverflow(): void {
    let over = this.bufferedResults - this.#settings.maxResults;
    for (const pending of this.#waiting) {
      if (over <= 0) return;
      const dropped = pending.dropResults(over);
      this.#droppedResults += dropped;
      over -= dropped;
    }
  }
}

function isSameFence(a: Fence | undefined, b: Fence | undefined): boolean {
  return a?.shard === b?.shard && a?.epoch === b?.epoch && a?.leaseId === b?.leaseId;
}
