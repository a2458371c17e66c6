/** Samples of a scrape by name with labels as they are written. */
export type Scrape = ReadonlyMap<string, number>;

/** Reads the samples of a few families; everything else is passed over. */
export async function scrape(url: string, prefixes: readonly string[]): Promise<Scrape> {
  const text = await (await fetch(`${url}/metrics`, { headers: { accept: "text/plain" } })).text();
  const found = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (!prefixes.some((prefix) => line.startsWith(prefix))) continue;
    const space = line.lastIndexOf(" ");
    found.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return found;
}

/** What was counted between two scrapes, summed over the labels of a family. */
export function increase(before: Scrape, after: Scrape, family: string): number {
  const isOf = (name: string): boolean => name === family || name.startsWith(`${family}{`);
  const total = (scraped: Scrape): number =>
    [...scraped].reduce((sum, [name, value]) => (isOf(name) ? sum + value : sum), 0);
  return total(after) - total(before);
}

/** Quantile of a histogram between two scrapes, interpolated within its bucket as Prometheus does. */
export function histogramQuantile(before: Scrape, after: Scrape, family: string, q: number): number {
  const buckets = [...after]
    .flatMap(([name, value]) => {
      const bound = name.startsWith(`${family}_bucket{`) ? /le="([^"]+)"/.exec(name)?.[1] : undefined;
      return bound === undefined ? [] : [{ bound: Number(bound.replace("+Inf", "Infinity")), name, value }];
    })
    .map(({ bound, name, value }) => ({ bound, count: value - (before.get(name) ?? 0) }))
    .toSorted((a, b) => a.bound - b.bound);
  const rank = q * (buckets.at(-1)?.count ?? 0);
  let lower = { bound: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= rank && bucket.count > lower.count) {
      const share = (rank - lower.count) / (bucket.count - lower.count);
      return lower.bound + (bucket.bound - lower.bound) * share;
    }
    lower = bucket;
  }
  return Number.NaN;
}
