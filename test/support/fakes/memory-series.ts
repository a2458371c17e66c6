import type { Series, SeriesPoint, SeriesQuery } from "../../../src/core/checks/series.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import {
  bucketOf,
  increaseBetween,
  type MinuteBucket,
  pointsOf,
  windowOf,
} from "../../../src/storage/minute-bucket.ts";
import { SeriesCatalogue } from "../../../src/storage/series-catalogue.ts";

/** The series store of `MemoryStore`: every point is kept as a bucket of its own. */
export class MemorySeries {
  readonly #clock: Pick<Clock, "now">;
  readonly #catalogue = new SeriesCatalogue();
  readonly #buckets: MinuteBucket[][] = [];
  readonly #lastValues: number[] = [];

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#catalogue.size;
  }

  append(points: readonly SeriesPoint[]): void {
    for (const point of points) {
      const number = this.#numberOf(point);
      const increase = point.kind === "counter" ? increaseBetween(this.#lastValues[number], point.value) : 0;
      this.#lastValues[number] = point.value;
      this.#buckets[number]?.push(bucketOf(point.atMs, point.value, increase));
    }
  }

  query(query: SeriesQuery): readonly Series[] {
    const window = windowOf(query, this.#clock.now());
    const found = this.#catalogue.find(query).map(({ labels, number }) => ({
      labels,
      points: pointsOf(this.#buckets[number] ?? [], query, window),
    }));
    return found.filter((series) => series.points.length > 0);
  }

  #numberOf(point: SeriesPoint): number {
    const known = this.#catalogue.get(point.series);
    if (known !== undefined) return known.number;
    const number = this.#catalogue.size;
    this.#catalogue.add(point.series, { number, metric: point.metric, labelsText: JSON.stringify(point.labels) });
    this.#buckets.push([]);
    return number;
  }
}
