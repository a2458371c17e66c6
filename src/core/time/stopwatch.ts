import { type Phase, phaseNames } from "../checks/phases.ts";

const none = Object.fromEntries(phaseNames.map((phase) => [phase, 0])) as Readonly<Record<Phase, number>>;

/** A span in seconds, to the nanosecond: what is behind that is no time but arithmetic. */
export function secondsOf(spanMs: number): number {
  return Math.round(spanMs * 1e6) / 1e9;
}

/** Sums the time spent in each phase over all parts of a run. */
export class Stopwatch {
  readonly #monotonicMs: () => number;
  /** With every phase from the start: V8 makes a new shape for each name that is added later. */
  readonly #sumsMs: Record<Phase, number> = { ...none };
  readonly startedMs: number;
  #current: Phase | undefined;
  #sinceMs: number;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.startedMs = monotonicMs();
    this.#sinceMs = this.startedMs;
  }

  /** Ends the phase that was running and begins this one; undefined only ends. */
  enter(phase: Phase | undefined): void {
    const nowMs = this.#monotonicMs();
    if (this.#current !== undefined) {
      this.#sumsMs[this.#current] += nowMs - this.#sinceMs;
    }
    // To whoever measures, the way to a proxy is a part of the way to the server.
    this.#current = phase === "proxy" ? "connect" : phase;
    this.#sinceMs = nowMs;
  }

  /** Milliseconds in the phase, over all parts; 0 when it was never entered. */
  sumMs(phase: Phase): number {
    return this.#sumsMs[phase];
  }

  /** The clock that it reads. */
  nowMs(): number {
    return this.#monotonicMs();
  }

  /** Milliseconds since the run began. */
  elapsedMs(): number {
    return this.#monotonicMs() - this.startedMs;
  }
}
