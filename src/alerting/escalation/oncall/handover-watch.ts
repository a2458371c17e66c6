import type { EpochMs } from "../../../core/time/time.ts";

/** Up to when changes of shift were told, and when the next one may be. */
export type HandoverWatch = { seenMs: EpochMs; nextMs: EpochMs };

/** A watch that has seen nothing yet. */
export function newHandoverWatch(): HandoverWatch {
  return { seenMs: Number.NaN, nextMs: Number.NEGATIVE_INFINITY };
}
