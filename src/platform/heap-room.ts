import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Both halves of the main thread's young generation. */
const youngBytes = 16 * 1024 * 1024;

let growthFactor = 0;

/**
 * Lets the main thread load its code without a larger young generation: V8 would double it until it holds 128 MB of what is mostly
 * garbage, and give nothing back.
 */
export function keepYoungGenerationSmall(): void {
  setGrowth(1);
}

/** Lets the heaps of all threads grow by half between two full collections instead of fourfold; for a process that lives for long. */
export function growSlowly(): void {
  setFlagsFromString("--heap-growing-percent=50");
}

/**
 * Lets whatever is made begin in the young generation, in all threads; to be called before anything runs. V8 would else learn in a burst
 * that what a line makes lives long, and make it old from then on: an array there holds all that was ever put into it until the next
 * full collection, long after nobody has the array any more.
 */
export function beginYoung(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}

/**
 * Holds the main thread's young generation at 16 MB; to be called often. V8 has no upper bound that could be set at run time, and makes
 * the young generation small again when little goes on: left small, an outage of everything would be spent in collecting garbage.
 */
export function steadyYoungGeneration(): void {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  setGrowth((young?.space_size ?? youngBytes) < youngBytes ? 2 : 1);
}

function setGrowth(factor: 1 | 2): void {
  if (factor === growthFactor) return;
  growthFactor = factor;
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
