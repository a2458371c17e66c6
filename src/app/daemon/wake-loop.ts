import type { Clock } from "../../core/ports/clock.ts";
import type { EpochMs } from "../../core/time/time.ts";

const longestMs = 60_000;
const shortestMs = 5;

/** Calls a step when it is due, and asks again afterwards when that is; a step that is called early is simply called again. */
export class WakeLoop {
  readonly #clock: Clock;
  readonly #step: (nowMs: EpochMs) => void | Promise<void>;
  readonly #nextMs: (nowMs: EpochMs) => EpochMs | undefined;
  #cancel: () => void = () => {};
  #running = false;
  #stopped = true;

  constructor(
    clock: Clock,
    step: (nowMs: EpochMs) => void | Promise<void>,
    nextMs: (nowMs: EpochMs) => EpochMs | undefined,
  ) {
    this.#clock = clock;
    this.#step = step;
    this.#nextMs = nextMs;
  }

  start(): void {
    this.#stopped = false;
    this.rearm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Something changed that may have moved the next moment. */
  rearm(): void {
    if (this.#stopped || this.#running) return;
    this.#cancel();
    const nowMs = this.#clock.now();
    const dueMs = this.#nextMs(nowMs) ?? nowMs + longestMs;
    this.#cancel = this.#clock.setTimer(
      Math.min(longestMs, Math.max(shortestMs, dueMs - nowMs)),
      () => void this.#run(),
    );
  }

  async #run(): Promise<void> {
    const dueMs = this.#nextMs(this.#clock.now());
    if (dueMs !== undefined && dueMs <= this.#clock.now()) {
      this.#running = true;
      try {
        await this.#step(this.#clock.now());
      } finally {
        this.#running = false;
      }
    }
    this.rearm();
  }
}
