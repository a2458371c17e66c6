/** What a caller may do: ask now, or not before a moment of the monotonic clock. */
export type Turn = Readonly<{ ok: true } | { ok: false; waitMs: number; because: "budget" | "back_off" }>;

/** Shares out how often a foreign service is asked, over all checks of a worker. */
export interface Pacer {
  /** Waits for a turn at this service as long as the signal allows, at most 30 s. */
  turn(service: string, signal: AbortSignal): Promise<Turn>;
  /** Nobody asks this service for so long; it wants to be left alone. */
  backOff(service: string, forMs: number): void;
}
