import type { Labels } from "../labels.ts";
import type { EpochMs } from "../time/time.ts";

/** What the last enqueued notification of a group said. */
export type Told = Readonly<{
  atMs: EpochMs;
  firing: readonly string[];
  resolved: readonly string[];
  /** When each of `firing` had begun, in the same order: a later beginning is another occurrence and is told again. */
  firingSinceMs?: readonly EpochMs[];
  /** How many notifications the group has enqueued. */
  count?: number;
}>;

/** Alerts of one route with equal group labels, and what its receiver was last told. */
export type AlertGroup = Readonly<{
  key: string;
  /** Stable id of the route node: names joined with `/`. */
  route: string;
  receiver: string;
  labels: Labels;
  members: readonly string[];
  nextFlushMs: EpochMs;
  /** Members that fire but were kept from being told at the last flush, by fingerprint: what muted each. */
  muted?: Readonly<Record<string, string>>;
  incident?: string;
  /** What the last enqueued notification said; absent when nothing was said yet. */
  told?: Told;
}>;
