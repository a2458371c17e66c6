import type { MetricObjectWithValues, MetricValueWithName } from "prom-client";

type Gathered = Omit<MetricObjectWithValues<MetricValueWithName<string>>, "collect">;

/** A histogram that takes whole bucket counts, as a probe worker sends them, in place of single observations. */
export class BucketHistogram {
  readonly name: string;
  readonly #help: string;
  readonly #boundsSeconds: readonly number[];
  readonly #counts: number[];
  #sumSeconds = 0;

  constructor(name: string, help: string, boundsSeconds: readonly number[]) {
    this.name = name;
    this.#help = help;
    this.#boundsSeconds = boundsSeconds;
    this.#counts = Array.from({ length: boundsSeconds.length + 1 }, () => 0);
  }

  /** Adds counts per bucket, not cumulative, with one more for everything above the last bound. */
  add(counts: readonly number[], sumSeconds: number): void {
    for (let index = 0; index < this.#counts.length; index += 1) {
      this.#counts[index] = (this.#counts[index] ?? 0) + (counts[index] ?? 0);
    }
    this.#sumSeconds += sumSeconds;
  }

  /** The form in which a registry of prom-client asks for values. */
  async get(): Promise<Gathered> {
    const values: MetricValueWithName<string>[] = [];
    let total = 0;
    for (const [index, count] of this.#counts.entries()) {
      total += count;
      const le = this.#boundsSeconds[index] ?? "+Inf";
      values.push({ metricName: `${this.name}_bucket`, labels: { le }, value: total });
    }
    values.push({ metricName: `${this.name}_sum`, labels: {}, value: this.#sumSeconds });
    values.push({ metricName: `${this.name}_count`, labels: {}, value: total });
    return { name: this.name, help: this.#help, type: "histogram" as never, aggregator: "sum", values };
  }
}
