const slots = 20;
const startPercent = 30;
const endPercent = 25;
const mask = 2 ** slots - 1;

/** Shifts one run into the ring of the last 20 runs; `changed` says that its measured verdict differs from the one before. */
export function pushChange(changeBits: number, changed: boolean): number {
  return ((changeBits << 1) & mask) | (changed ? 1 : 0);
}

/**
 * Returns how much of the last 20 runs were changes, in percent, newer ones weighing more.
 * @see https://github.com/Icinga/icinga2/blob/master/lib/icinga/checkable-flapping.cpp
 */
export function flappingPercent(changeBits: number): number {
  let weighted = 0;
  for (let age = 0; age < slots; age += 1) {
    const index = slots - 1 - age;
    if ((changeBits >> age) & 1) weighted += 0.8 + 0.02 * index;
  }
  return (100 * weighted) / slots;
}

/** Begins to flap above 30 %, ends at 25 % or below. */
export function isFlapping(changeBits: number, before: boolean): boolean {
  const percent = flappingPercent(changeBits);
  return before ? percent > endPercent : percent > startPercent;
}
