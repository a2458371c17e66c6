/** How many runs a ring remembers. */
export const ringRuns = 20;
const mask = 2 ** ringRuns - 1;

/** Shifts one run into a ring of the last 20, newest in the lowest bit. */
export function pushRun(bits: number, isSet: boolean): number {
  return ((bits << 1) & mask) | (isSet ? 1 : 0);
}

/** Counts the runs that are set among the newest `runs` of a ring. */
export function countRuns(bits: number, runs: number): number {
  let count = 0;
  for (let age = 0; age < Math.min(runs, ringRuns); age += 1) count += (bits >> age) & 1;
  return count;
}
