import { setFlagsFromString } from "node:v8";

/**
 * Keeps the main thread's young generation as it is now. By default it doubles until it holds 128 MB of what is mostly garbage, and
 * gives nothing back. To be called before anything else is loaded; threads that start later get room of their own.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  giveThreads(16);
}

/** Lets the heaps of all threads grow by half between two full collections instead of fourfold; for a process that lives for long. */
export function growSlowly(): void {
  setFlagsFromString("--heap-growing-percent=50");
  giveThreads(4);
}

/** Young generation that a thread begins with, and keeps: two halves of this size. */
function giveThreads(megabytes: number): void {
  setFlagsFromString(`--min-semi-space-size=${megabytes}`);
}
