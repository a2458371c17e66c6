/** Milliseconds since the Unix epoch, wall clock. */
export type EpochMs = number;
