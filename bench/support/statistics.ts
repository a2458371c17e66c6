/** Rounds of one measurement: the median tells, the spread warns. */
export type Sample = Readonly<{ median: number; min: number; max: number; rounds: number }>;

/** Sums up rounds; undefined when there was none. */
export function sampleOf(values: readonly number[]): Sample | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  return { median: quantile(sorted, 0.5), min, max, rounds: sorted.length };
}

/** Value below which the share `q` (0 to 1) of the ascending values lies; between two values it is their mean by distance. */
export function quantile(ascending: readonly number[], q: number): number {
  const at = (ascending.length - 1) * q;
  const low = ascending[Math.floor(at)] ?? Number.NaN;
  const high = ascending[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}
