import type { Check, Recurrence } from "../../core/checks/check.ts";
import type { EpochMs } from "../../core/time/time.ts";

const periodsKept = 3;
const longestUnknownMs = 2 * 86_400_000;

/** Says until when a result may be exposed: three intervals after its run; two days at most where the interval is not a fixed one. */
export class Freshness {
  #lastSlotMs: EpochMs | undefined;
  #periodMs: number | undefined;

  /** Takes note of a run and returns the moment its samples go away. */
  expiryOf(check: Check, slotMs: EpochMs, startedAtMs: EpochMs): EpochMs {
    if (this.#lastSlotMs !== undefined && slotMs > this.#lastSlotMs) this.#periodMs = slotMs - this.#lastSlotMs;
    this.#lastSlotMs = slotMs;
    const recurrence: Recurrence | undefined =
      check.schedule.kind === "arrival" ? check.schedule.expected : check.schedule;
    if (recurrence?.kind === "every") return startedAtMs + periodsKept * recurrence.everyMs;
    if (recurrence === undefined || this.#periodMs === undefined) return startedAtMs + longestUnknownMs;
    return startedAtMs + Math.min(longestUnknownMs, periodsKept * this.#periodMs);
  }
}
