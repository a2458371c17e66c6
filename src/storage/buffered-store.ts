import type { Alert } from "../core/alerting/alert.ts";
import type { Incident } from "../core/alerting/incident.ts";
import type { DeliveryRecord, OutboxRow } from "../core/alerting/outbox.ts";
import type { Spending } from "../core/alerting/spending.ts";
import type { Decision } from "../core/alerting/stage.ts";
import type { Missed, Result, SubjectKey } from "../core/checks/result.ts";
import type { Series, SeriesPoint, SeriesQuery } from "../core/checks/series.ts";
import { AppError, type ErrorCode } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Random } from "../core/ports/random.ts";
import {
  type AlertHistoryQuery,
  type Change,
  emptyChange,
  type Loaded,
  type RollUp,
  type Settling,
  type Store,
  type StoreFacts,
} from "../core/store.ts";
import type { EpochMs } from "../core/time/time.ts";
import { BufferedOutbox } from "./buffered-outbox.ts";
import { CommitQueue } from "./commit-queue.ts";
import type { RollUpStepMs } from "./roll-up.ts";

export type StoreHealth = Readonly<{
  /** Since when nothing could be written; absent while all is well. */
  failingSinceMs?: EpochMs;
  reason?: ErrorCode;
  detail?: string;
  /** Results that wait in memory. */
  bufferedResults: number;
  /** Results that were given up since the start, because they could not be written in time. */
  droppedResults: number;
  /** Series points that were given up since the start. */
  droppedSeriesPoints: number;
}>;

export type BufferedStoreSettings = Readonly<{
  store: Store;
  clock: Clock;
  random: Random;
  /** Results that may wait in memory while the store fails. */
  maxBufferedResults?: number;
  /** Called when the store begins to fail and when it works again. */
  onHealthChange?(health: StoreHealth): void;
}>;

const mostSeriesPoints = 100_000;
/** Points of so much time go to the store together. */
const seriesDelayMs = 1000;

/**
 * A store on the main thread that goes on while the one behind it fails: runs are committed once a second, transitions at once;
 * what cannot be written waits in memory in order, and messages are leased and settled from memory meanwhile.
 */
export class BufferedStore implements Store {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #queue: CommitQueue;
  readonly #outbox = new BufferedOutbox();
  #points: SeriesPoint[] = [];
  #cancelPoints: (() => void) | undefined;
  #droppedPoints = 0;

  constructor({ store, clock, random, maxBufferedResults = 100_000, onHealthChange }: BufferedStoreSettings) {
    this.#store = store;
    this.#clock = clock;
    this.#queue = new CommitQueue({
      store,
      clock,
      random,
      maxResults: maxBufferedResults,
      onCommitted: (change) => this.#outbox.committed(change.outbox),
      onHealthChange: () => onHealthChange?.(this.health()),
    });
  }

  /** How the store behind does. */
  health(): StoreHealth {
    const { failing, bufferedResults, droppedResults } = this.#queue;
    const counts = { bufferedResults, droppedResults, droppedSeriesPoints: this.#droppedPoints };
    if (failing === undefined) return counts;
    return { failingSinceMs: failing.sinceMs, reason: failing.error.code, detail: failing.error.message, ...counts };
  }

  async load(): Promise<Loaded> {
    await this.#queue.flush();
    return this.#store.load();
  }

  /** Resolves at once for runs, when it is durable for transitions, and at once for both while the store fails. */
  async commit(change: Change): Promise<"committed" | "fenced"> {
    this.#outbox.expect(change.outbox);
    for (const settlement of change.settlements) this.#outbox.note(settlement);
    return this.#queue.add(change);
  }

  /** Resolves at once and never rejects for a failing store: points go on once a second; what waits longer is bounded, the oldest is given up first. */
  async appendSeries(points: readonly SeriesPoint[]): Promise<void> {
    for (const point of points) this.#points.push(point);
    this.#cancelPoints ??= this.#clock.setTimer(seriesDelayMs, () => void this.#sendPoints());
  }

  /** With the points that waited. */
  async series(queries: readonly SeriesQuery[]): Promise<readonly (readonly Series[])[]> {
    await this.#sendPoints();
    return this.#store.series(queries);
  }

  /** With what waits in memory. */
  async results(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs, limit: number): Promise<readonly Result[]> {
    await this.#queue.flush();
    const waiting = this.#queue.waitingResults(key, fromMs, toMs);
    const stored = await this.#store.results(key, fromMs, toMs, limit);
    const newestMs = stored[0]?.slotMs ?? -1;
    return [...waiting.filter((result) => result.slotMs > newestMs).toReversed(), ...stored].slice(0, limit);
  }

  async missed(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs): Promise<readonly Missed[]> {
    await this.#queue.flush();
    return this.#store.missed(key, fromMs, toMs);
  }

  async rollUps(key: SubjectKey, stepMs: RollUpStepMs, fromMs: EpochMs, toMs: EpochMs): Promise<readonly RollUp[]> {
    await this.#queue.flush();
    return this.#store.rollUps(key, stepMs, fromMs, toMs);
  }

  async incidentsBetween(fromMs: EpochMs, toMs: EpochMs, limit: number): Promise<readonly Incident[]> {
    await this.#queue.flush();
    return this.#store.incidentsBetween(fromMs, toMs, limit);
  }

  async decisions(subject: string, limit: number, fromMs?: EpochMs): Promise<readonly Decision[]> {
    return this.#store.decisions(subject, limit, fromMs);
  }

  async prune(nowMs: EpochMs, budgetMs: number): Promise<"done" | "more"> {
    return this.#store.prune(nowMs, budgetMs);
  }

  async facts(): Promise<StoreFacts> {
    await this.#queue.flush();
    return this.#store.facts();
  }

  /** Writes what waits, once, and closes; what cannot be written is lost with the process. */
  async close(): Promise<void> {
    await this.#queue.close();
    await this.#sendPoints();
    await this.#store.close();
  }

  async leaseOutbox(owner: string, count: number, nowMs: EpochMs, ttlMs: number): Promise<readonly OutboxRow[]> {
    if (this.#queue.failing === undefined) {
      try {
        const rows = await this.#store.leaseOutbox(owner, count, nowMs, ttlMs);
        return this.#outbox.adopt(rows, { owner, count, nowMs, ttlMs });
      } catch (error) {
        this.#queue.fail(error);
      }
    }
    return this.#outbox.lease(owner, count, nowMs, ttlMs);
  }

  /** While the store fails, ends are noted in memory and rows that follow are leased from there. */
  async settle(owner: string, settling: Settling, nowMs: EpochMs): Promise<"settled" | "lease_lost"> {
    const { ends, follow } = settling;
    if (ends.some(({ outboxId }) => !this.#outbox.isLeasedBy(outboxId, owner))) return "lease_lost";
    if (this.#queue.failing === undefined && !ends.some(({ outboxId }) => this.#outbox.isOnlyHere(outboxId))) {
      try {
        const answer = await this.#store.settle(owner, settling, nowMs);
        this.#outbox.noteAnswer(answer, ends, nowMs);
        return answer;
      } catch (error) {
        this.#queue.fail(error);
      }
    }
    this.#outbox.expect(follow);
    const settlements = ends.map((end) => this.#outbox.settle(end, nowMs));
    await this.#queue.add({ ...emptyChange, outbox: follow, settlements });
    return "settled";
  }

  /** With what waits in memory. */
  async spending(fromDay: string): Promise<readonly Spending[]> {
    await this.#queue.flush();
    return this.#store.spending(fromDay);
  }

  async incident(id: string): Promise<Incident | undefined> {
    return this.#store.incident(id);
  }

  async incidents(limit: number): Promise<readonly Incident[]> {
    return this.#store.incidents(limit);
  }

  async deliveries(limit: number): Promise<readonly DeliveryRecord[]> {
    return this.#store.deliveries(limit);
  }

  async deliveriesOf(incident: string, limit: number): Promise<readonly DeliveryRecord[]> {
    return this.#store.deliveriesOf(incident, limit);
  }

  async alertHistory(query: AlertHistoryQuery): Promise<readonly Alert[]> {
    return this.#store.alertHistory(query);
  }

  async #sendPoints(): Promise<void> {
    this.#cancelPoints?.();
    this.#cancelPoints = undefined;
    const points = this.#points;
    if (points.length === 0) return;
    this.#points = [];
    try {
      await this.#store.appendSeries(points);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const waiting = [...points, ...this.#points];
      this.#points = waiting.slice(-mostSeriesPoints);
      this.#droppedPoints += waiting.length - this.#points.length;
    }
  }
}
