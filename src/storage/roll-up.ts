import type { Verdict } from "../core/checks/finding.ts";
import { latencyBoundsMs, type RollUp } from "../core/store.ts";
import type { EpochMs } from "../core/time/time.ts";
import { toMicroseconds } from "./stored-result.ts";

export type RollUpStepMs = 300_000 | 3_600_000;
type Run = Readonly<{ slotMs: EpochMs; verdict: Verdict; durationMs: number }>;
type Mutable = { -readonly [K in keyof RollUp]: RollUp[K] } & { latencyCounts: number[] };

/** Start of the bucket that holds the moment. */
export function bucketStart(atMs: EpochMs, stepMs: number): EpochMs {
  return Math.floor(atMs / stepMs) * stepMs;
}

/** Counts runs into buckets of one step, oldest first. */
export function rollUp(runs: Iterable<Run>, stepMs: number): readonly RollUp[] {
  const buckets = new Map<EpochMs, Mutable>();
  for (const run of runs) {
    const atMs = bucketStart(run.slotMs, stepMs);
    let bucket = buckets.get(atMs);
    if (bucket === undefined) {
      bucket = emptyBucket(atMs);
      buckets.set(atMs, bucket);
    }
    bucket[run.verdict] += 1;
    if (run.verdict !== "unknown") addDuration(bucket, run.durationMs);
  }
  return [...buckets.values()].sort((a, b) => a.atMs - b.atMs);
}

/** Adds up roll-ups that stand for the same bucket, oldest first. */
export function mergeRollUps(parts: readonly RollUp[]): readonly RollUp[] {
  const merged = new Map<EpochMs, RollUp>();
  for (const part of parts) {
    const before = merged.get(part.atMs);
    merged.set(part.atMs, before === undefined ? part : sumOf(before, part));
  }
  return [...merged.values()].sort((a, b) => a.atMs - b.atMs);
}

function sumOf(a: RollUp, b: RollUp): RollUp {
  return {
    atMs: a.atMs,
    up: a.up + b.up,
    down: a.down + b.down,
    unknown: a.unknown + b.unknown,
    durationMsSum: sumMs(a.durationMsSum, b.durationMsSum),
    durationMsMax: Math.max(a.durationMsMax, b.durationMsMax),
    latencyCounts: a.latencyCounts.map((count, index) => count + (b.latencyCounts[index] ?? 0)),
  };
}

/** Adds without the dust of binary fractions, so that a sum reads back from storage as it was. */
function sumMs(a: number, b: number): number {
  return (toMicroseconds(a) + toMicroseconds(b)) / 1000;
}

function emptyBucket(atMs: EpochMs): Mutable {
  const latencyCounts = Array.from({ length: latencyBoundsMs.length + 1 }, () => 0);
  return { atMs, up: 0, down: 0, unknown: 0, durationMsSum: 0, durationMsMax: 0, latencyCounts };
}

function addDuration(bucket: Mutable, durationMs: number): void {
  bucket.durationMsSum = sumMs(bucket.durationMsSum, durationMs);
  bucket.durationMsMax = Math.max(bucket.durationMsMax, durationMs);
  const found = latencyBoundsMs.findIndex((boundMs) => durationMs <= boundMs);
  const index = found === -1 ? latencyBoundsMs.length : found;
  bucket.latencyCounts[index] = (bucket.latencyCounts[index] ?? 0) + 1;
}
