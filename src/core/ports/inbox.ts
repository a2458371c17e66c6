import type { Json } from "../json.ts";
import type { EpochMs } from "../time/time.ts";

/** Something that was sent to a push check: a heartbeat signal or values. */
export type Arrival = Readonly<{
  atMs: EpochMs;
  signal: "start" | "success" | "fail" | "values";
  /** Exit code of the job where the sender told it. */
  exitCode?: number;
  body?: Json;
}>;

/** What arrived for a check since its last run. */
export interface Inbox {
  /** Takes and forgets all arrivals of the target, oldest first. */
  take(targetId: string): readonly Arrival[];
}
