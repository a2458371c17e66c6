import { type Metric, type Sample, undeclaredMetric } from "../../core/checks/metric.ts";
import { type Family, type FamilyDeclaration, type FamilyTable, histogramOf } from "./family-table.ts";
import { histogramLines } from "./histogram-lines.ts";
import { ownFamilies, reservedPrefixes } from "./own-families.ts";
import type { SubjectLabels } from "./subject-labels.ts";
import { isMetricName, sampleLine } from "./text-format.ts";

/** Why a sample is not exposed. */
export const dropReasons = ["budget", "conflict", "duplicate", "invalid", "undeclared"] as const;
export type DropReason = (typeof dropReasons)[number];

/** What a probe kind says about the family of a sample; undefined when it declares none. */
export type Declarations = (sample: Sample) => FamilyDeclaration | undefined;

/** Finds declarations by sample name; kinds of foreign names have further ones, typed by their ending. */
export function declarationsOf(metrics: readonly Metric[], isDynamic: boolean): Declarations {
  const byName = new Map<string, Metric>(metrics.map((metric) => [metric.name, metric]));
  return (sample) => {
    const exact = byName.get(sample.metric);
    if (exact !== undefined) return exact;
    const histogram = byName.get(histogramOf(sample.metric) ?? "");
    if (histogram?.type === "histogram") return histogram;
    return isDynamic ? undeclaredMetric(sample) : undefined;
  };
}

const isOwn: ReadonlySet<string> = new Set(Object.values(ownFamilies).map((family) => family.name));

/** Turns a run's samples into lines by family; what may not be exposed is told to `drop`. */
export class UnitLines {
  readonly #table: FamilyTable;
  readonly #labels: SubjectLabels;
  readonly #drop: (reason: DropReason, count: number) => void;
  readonly #lines = new Map<Family, string[]>();
  readonly #seen = new Set<string>();
  readonly #histograms = new Map<FamilyDeclaration, Sample[]>();
  #room: number;

  constructor(
    table: FamilyTable,
    labels: SubjectLabels,
    budget: number,
    drop: (reason: DropReason, count: number) => void,
  ) {
    this.#table = table;
    this.#labels = labels;
    this.#room = budget;
    this.#drop = drop;
  }

  /** Adds the run's samples; the two that the exporter writes itself are passed over. */
  add(samples: readonly Sample[], declared: Declarations): this {
    for (const sample of samples) {
      if (isOwn.has(sample.metric)) continue;
      const reason = this.#addSample(sample, declared);
      if (reason !== undefined) this.#drop(reason, 1);
    }
    for (const [metric, parts] of this.#histograms) this.#addHistogram(metric, parts);
    return this;
  }

  /** Adds a line of one of Watchfire's own families, outside the budget. */
  addOwn(metric: FamilyDeclaration, line: string): this {
    const family = this.#table.claim(metric);
    if (family !== undefined) this.#append(family, line);
    return this;
  }

  get byFamily(): ReadonlyMap<Family, readonly string[]> {
    return this.#lines;
  }

  #addSample(sample: Sample, declared: Declarations): DropReason | undefined {
    const metric = declared(sample);
    if (metric === undefined) return "undeclared";
    if (reservedPrefixes.some((prefix) => metric.name.startsWith(prefix))) return "conflict";
    if (metric.type === "histogram") {
      const parts = this.#histograms.get(metric);
      if (parts === undefined) this.#histograms.set(metric, [sample]);
      else parts.push(sample);
      return undefined;
    }
    if (!isMetricName(metric.name)) return "invalid";
    const labelText = this.#labels.of(sample.labels);
    if (labelText === undefined) return "invalid";
    return this.#place(metric, labelText, sample.value);
  }

  #place(metric: FamilyDeclaration, labelText: string, value: number): DropReason | undefined {
    const identity = `${metric.name}{${labelText}`;
    if (this.#seen.has(identity)) return "duplicate";
    if (this.#room <= 0) return "budget";
    const family = this.#table.claim(metric);
    if (family === undefined) return "conflict";
    this.#seen.add(identity);
    this.#room -= 1;
    this.#append(family, sampleLine(metric.name, labelText, value));
    return undefined;
  }

  #addHistogram(metric: FamilyDeclaration, parts: readonly Sample[]): void {
    const { lines, dropped } = histogramLines(metric.name, parts, (labels) => this.#labels.of(labels));
    this.#drop("invalid", dropped);
    if (lines.length === 0) return;
    const family = lines.length > this.#room ? undefined : this.#table.claim(metric);
    if (family === undefined) {
      this.#drop(lines.length > this.#room ? "budget" : "conflict", lines.length);
      return;
    }
    this.#room -= lines.length;
    for (const line of lines) this.#append(family, line);
  }

  #append(family: Family, line: string): void {
    const lines = this.#lines.get(family);
    if (lines === undefined) this.#lines.set(family, [line]);
    else lines.push(line);
  }
}
