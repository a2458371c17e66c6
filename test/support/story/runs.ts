/** How many times as often as usual properties are tried: WATCHFIRE_RUNS. */
export const times = Number(process.env["WATCHFIRE_RUNS"] ?? 1);

/**
 * How often a property is tried: WATCHFIRE_RUNS times as often as usual. A commit is judged by few stories, `npm run test:long` tells
 * many more.
 */
export function runs(usual: number): Readonly<{ numRuns: number }> {
  return { numRuns: Math.ceil(usual * times) };
}
