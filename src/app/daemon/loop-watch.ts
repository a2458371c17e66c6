import type { Clock } from "../../core/ports/clock.ts";
import type { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import { steadyYoungGeneration } from "../../platform/heap-room.ts";

const everyMs = 100;
const stallMs = 250;
const thread = "main";

/** Watches the main thread: gaps of 250 ms and more in its event loop are counted, its young generation is held at its size. */
export class LoopWatch {
  readonly #clock: Clock;
  readonly #metrics: SelfMetrics;
  #cancel: () => void = () => {};

  constructor(clock: Clock, metrics: SelfMetrics) {
    this.#clock = clock;
    this.#metrics = metrics;
  }

  start(): void {
    const dueMs = this.#clock.monotonicMs() + everyMs;
    this.#cancel = this.#clock.setTimer(everyMs, () => {
      const lateMs = Math.max(0, this.#clock.monotonicMs() - dueMs);
      this.#metrics.observeLoopLag(thread, lateMs / 1000);
      if (lateMs >= stallMs) this.#metrics.countStalls(thread, 1, lateMs);
      steadyYoungGeneration();
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }
}
