/** A signal with a time limit; `end` frees what it holds and must be called once the work is done. */
export type Deadline = Readonly<{ signal: AbortSignal; end(): void }>;

export interface Deadlines {
  /** Gives a part of a run less time than the whole: the signal aborts with `signal`, or `afterMs` from now if that is earlier. */
  within(afterMs: number, signal: AbortSignal): Deadline;
}
