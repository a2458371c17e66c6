import type { Labels } from "./labels.ts";
import type { EpochMs } from "./time.ts";

/** Alerts of one route with equal group labels, and what its receiver was last told. */
export type AlertGroup = Readonly<{
  key: string;
  /** Stable id of the route node: names joined with `/`. */
  route: string;
  receiver: string;
  labels: Labels;
  members: readonly string[];
  nextFlushMs: EpochMs;
  incident?: string;
  /** What the last enqueued notification said; absent when nothing was said yet. */
  told?: Readonly<{ atMs: EpochMs; firing: readonly string[]; resolved: readonly string[] }>;
}>;
