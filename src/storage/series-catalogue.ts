import { AppError } from "../core/errors.ts";
import type { Labels } from "../core/labels.ts";
import { type Matcher, matches, parseMatcher } from "../core/matcher.ts";
import type { SeriesQuery } from "../core/series.ts";

/** A known series with the number it is stored under. */
export type KnownSeries = Readonly<{ number: number; metric: string; labels: Labels }>;

/** Finds series by metric and matchers. */
export class SeriesCatalogue {
  readonly #byKey = new Map<string, KnownSeries>();
  readonly #keys: (string | undefined)[] = [];
  readonly #byMetric = new Map<string, KnownSeries[]>();

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): KnownSeries | undefined {
    return this.#byKey.get(key);
  }

  add(key: string, series: KnownSeries): void {
    this.#byKey.set(key, series);
    this.#keys[series.number] = key;
    const siblings = this.#byMetric.get(series.metric);
    if (siblings === undefined) this.#byMetric.set(series.metric, [series]);
    else siblings.push(series);
  }

  has(number: number): boolean {
    return this.#keys[number] !== undefined;
  }

  remove(number: number): void {
    const key = this.#keys[number];
    const series = key === undefined ? undefined : this.#byKey.get(key);
    if (key === undefined || series === undefined) return;
    this.#byKey.delete(key);
    this.#keys[number] = undefined;
    const siblings = this.#byMetric.get(series.metric)?.filter((each) => each !== series) ?? [];
    if (siblings.length > 0) this.#byMetric.set(series.metric, siblings);
    else this.#byMetric.delete(series.metric);
  }

  /** Series the query asks for. @throws {AppError} ERR_CONFIG_INVALID when a matcher does not parse. */
  find(query: Pick<SeriesQuery, "metric" | "matchers">): readonly KnownSeries[] {
    const matchers = query.matchers.map(compiled);
    return (this.#byMetric.get(query.metric) ?? []).filter((series) => matches(matchers, series.labels));
  }
}

function compiled(text: string): Matcher {
  const parsed = parseMatcher(text);
  if (parsed.ok) return parsed.value;
  throw new AppError("ERR_CONFIG_INVALID", `a series query has a bad matcher: ${parsed.problem}`);
}
