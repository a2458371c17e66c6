import type { DaemonProgress } from "../../alerting/deadman/should-ping.ts";
import type { EpochMs } from "../../core/time/time.ts";

/** When each part of the daemon last made progress; the ping to the outside stops when one stands still. */
export class Progress {
  #schedulingAtMs: EpochMs;
  #storingAtMs: EpochMs;

  constructor(nowMs: EpochMs) {
    this.#schedulingAtMs = nowMs;
    this.#storingAtMs = nowMs;
  }

  /** A probe worker spoke. */
  scheduled(nowMs: EpochMs): void {
    this.#schedulingAtMs = nowMs;
  }

  /** The store answered and nothing waits for it in memory. */
  stored(nowMs: EpochMs): void {
    this.#storingAtMs = nowMs;
  }

  /** All of it, with what the sender says of itself. */
  with(sendingAtMs: EpochMs): DaemonProgress {
    return { schedulingAtMs: this.#schedulingAtMs, storingAtMs: this.#storingAtMs, sendingAtMs };
  }
}
