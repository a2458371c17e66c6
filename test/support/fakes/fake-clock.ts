import type { Clock } from "../../../src/core/ports/clock.ts";
import type { EpochMs } from "../../../src/core/time/time.ts";

type Timer = { dueMs: number; order: number; callback: () => void };

/** A clock that moves only by `advance`; due timers fire in order, and promises settle between them. */
export class FakeClock implements Clock {
  #wallMs: EpochMs;
  #monotonicMs = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs: EpochMs = Date.UTC(2026, 10, 23, 2, 0, 0)) {
    this.#wallMs = startMs;
  }

  now(): EpochMs {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    this.#order += 1;
    const timer = { dueMs: this.#monotonicMs + Math.max(0, Math.min(delayMs, 60_000)), order: this.#order, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const wakeAtMs = this.#monotonicMs + delayMs;
      let cancel = (): void => {};
      const arm = (): void => {
        const restMs = wakeAtMs - this.#monotonicMs;
        if (restMs <= 0) return resolve();
        cancel = this.setTimer(restMs, arm);
      };
      signal?.addEventListener("abort", () => {
        cancel();
        resolve();
      });
      arm();
    });
  }

  /** Moves wall and monotonic time on together; timers that become due on the way fire at their own moment. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#monotonicMs + byMs;
    await settle();
    for (let next = this.#nextDue(endMs); next !== undefined; next = this.#nextDue(endMs)) {
      this.#moveTo(Math.max(next.dueMs, this.#monotonicMs));
      this.#timers.delete(next);
      next.callback();
      await settle();
    }
    this.#moveTo(endMs);
    await settle();
  }

  /** Moves the wall clock alone, as an operator or NTP would. */
  jumpWall(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** Moves time on without firing timers, as a stalled or suspended process sees it. */
  stall(byMs: number): void {
    this.#moveTo(this.#monotonicMs + byMs);
  }

  /** Timers that are set and have not fired. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  #moveTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }

  #nextDue(endMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs > endMs) continue;
      if (next === undefined || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order))
        next = timer;
    }
    return next;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
