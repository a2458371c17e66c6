import type { SeriesQuery } from "../core/checks/series.ts";
import { AppError } from "../core/errors.ts";
import type { Labels } from "../core/labels.ts";
import { type Matcher, matches, parseMatcher } from "../core/matching/matcher.ts";

/** A known series with the number it is stored under; its labels are text, which takes a quarter of what an object does. */
type KnownSeries = Readonly<{ number: number; metric: string; labelsText: string }>;

type FoundSeries = Readonly<{ number: number; labels: Labels }>;

/** Lets equal texts be one string: the series of a check mostly have the same labels and come together. */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  of(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }
}

/** Reads the labels of series, equal ones as one object: the answers to the queries of a rule mostly have the same. */
export class LabelReader {
  readonly #read = new Map<string, Labels>();

  of(text: string): Labels {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const labels = JSON.parse(text) as Labels;
    this.#read.set(text, labels);
    return labels;
  }
}

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
    const siblings = this.#byMetric.get(series.metric) ?? [];
    // Points come from another thread, each with its own copy of the metric's name.
    const known = { ...series, metric: siblings[0]?.metric ?? series.metric };
    this.#byKey.set(key, known);
    this.#keys[series.number] = key;
    siblings.push(known);
    this.#byMetric.set(known.metric, siblings);
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
  find(query: Pick<SeriesQuery, "metric" | "matchers">, reader = new LabelReader()): readonly FoundSeries[] {
    const matchers = query.matchers.map(compiled);
    const found: FoundSeries[] = [];
    for (const { number, labelsText } of this.#byMetric.get(query.metric) ?? []) {
      const labels = reader.of(labelsText);
      if (matches(matchers, labels)) found.push({ number, labels });
    }
    return found;
  }
}

function compiled(text: string): Matcher {
  const parsed = parseMatcher(text);
  if (parsed.ok) return parsed.value;
  throw new AppError("ERR_CONFIG_INVALID", `a series query has a bad matcher: ${parsed.problem}`);
}
