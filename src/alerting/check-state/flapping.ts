import { ringRuns } from "./run-ring.ts";

const startPercent = 30;
const endPercent = 25;

/**
 * Returns how much of the last 20 runs were changes of the measured verdict, in percent, newer ones weighing more.
 * @see https://github.com/Icinga/icinga2/blob/master/lib/icinga/checkable-flapping.cpp
 */
export function flappingPercent(changeBits: number): number {
  let weighted = 0;
  for (let age = 0; age < ringRuns; age += 1) {
    const index = ringRuns - 1 - age;
    if ((changeBits >> age) & 1) weighted += 0.8 + 0.02 * index;
  }
  return (100 * weighted) / ringRuns;
}

/** Begins to flap above 30 %, ends at 25 % or below. */
export function isFlapping(changeBits: number, before: boolean): boolean {
  const percent = flappingPercent(changeBits);
  return before ? percent > endPercent : percent > startPercent;
}
