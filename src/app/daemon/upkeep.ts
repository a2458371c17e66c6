import type { DeliveryRecord } from "../../core/alerting/outbox.ts";
import { messageOf } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { StoreFacts } from "../../core/store.ts";
import type { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import type { BufferedStore } from "../../storage/buffered-store.ts";
import type { Progress } from "./progress.ts";

const everyMs = 1000;
const factsEveryMs = 5000;
const moreMs = 50;
const sliceMs = 5;
const deliveriesShown = 200;

export type UpkeepParts = Readonly<{
  clock: Clock;
  log: Logger;
  store: BufferedStore;
  metrics: SelfMetrics;
  progress: Progress;
}>;

/** Keeps the store small by short slices and its figures at hand for pages and metrics. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  #cancel: () => void = () => {};
  #stopped = false;
  #turn: Promise<void> = Promise.resolve();
  #facts: StoreFacts | undefined;
  #factsAtMs = Number.NEGATIVE_INFINITY;
  #deliveries: readonly DeliveryRecord[] = [];
  /** What was logged last; a disk that is full must not be filled by telling so each second. */
  #toldFailure: string | undefined;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  /** Newest delivery attempts, newest first. */
  get deliveries(): readonly DeliveryRecord[] {
    return this.#deliveries;
  }

  get outboxPending(): number {
    return this.#facts?.outboxPending ?? 0;
  }

  start(): void {
    this.#next(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#turn;
  }

  #next(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.setTimer(delayMs, () => {
      this.#turn = this.#run().then((outcome) => this.#next(outcome === "more" ? moreMs : everyMs));
    });
  }

  async #run(): Promise<"done" | "more"> {
    const { store, clock, metrics, progress, log } = this.#parts;
    const health = store.health();
    metrics.setStoreBacklog(health.bufferedResults, health.failingSinceMs !== undefined);
    try {
      const outcome = await store.prune(clock.now(), sliceMs);
      if (clock.monotonicMs() - this.#factsAtMs >= factsEveryMs) await this.#readFacts();
      if (store.health().failingSinceMs === undefined) progress.stored(clock.now());
      this.#toldFailure = undefined;
      return outcome;
    } catch (error) {
      const failure = messageOf(error);
      if (failure !== this.#toldFailure) log.warn("upkeep of the store failed", { "error.message": failure });
      this.#toldFailure = failure;
      return "done";
    }
  }

  async #readFacts(): Promise<void> {
    const { store, clock, metrics } = this.#parts;
    this.#factsAtMs = clock.monotonicMs();
    this.#facts = await store.facts();
    metrics.setStoreFacts(this.#facts, clock.now());
    this.#deliveries = await store.deliveries(deliveriesShown);
  }
}
