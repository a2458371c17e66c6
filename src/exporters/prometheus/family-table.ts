import type { Metric } from "../../core/checks/metric.ts";

/** Lines of one family in one cached block; never changed in place, so that a scrape under way keeps a consistent view. */
export type Slice = Readonly<{ bytes: Buffer; from: number; to: number }>;

/** One metric family with the slices of all blocks that hold samples of it. */
export type Family = Readonly<{ metric: FamilyDeclaration; slices: Map<object, Slice> }>;

export type FamilyDeclaration = Pick<Metric, "name" | "type" | "help">;

const histogramSuffixes = ["_bucket", "_sum", "_count"] as const;

/** The families that are exposed: each name is declared once, and no two families share a sample name. */
export class FamilyTable {
  readonly #families = new Map<string, Family>();
  /** Sample name → family that writes it. */
  readonly #writers = new Map<string, Family>();
  #sorted: readonly Family[] | undefined;

  /** Returns the family of a declaration, opening it when it is new; undefined when another declaration holds one of its names. */
  claim(metric: FamilyDeclaration): Family | undefined {
    const known = this.#families.get(metric.name);
    // The help of the first stands for all: it may differ between checks without harm, the type may not.
    if (known !== undefined) return known.metric.type === metric.type ? known : undefined;
    const names = sampleNames(metric);
    if (names.some((name) => this.#writers.has(name))) return undefined;
    const family: Family = { metric, slices: new Map() };
    this.#families.set(metric.name, family);
    for (const name of names) this.#writers.set(name, family);
    this.#sorted = undefined;
    return family;
  }

  /** Takes a block's slice out of a family; a family without slices frees its names. */
  release(family: Family, block: object): void {
    family.slices.delete(block);
    if (family.slices.size > 0 || this.#families.get(family.metric.name) !== family) return;
    this.#families.delete(family.metric.name);
    for (const name of sampleNames(family.metric)) this.#writers.delete(name);
    this.#sorted = undefined;
  }

  /** Tells whether a family of this name is exposed. */
  has(name: string): boolean {
    return this.#families.has(name);
  }

  /** The families by name. */
  sorted(): readonly Family[] {
    this.#sorted ??= [...this.#families.values()].sort((a, b) => (a.metric.name < b.metric.name ? -1 : 1));
    return this.#sorted;
  }
}

function sampleNames(metric: FamilyDeclaration): readonly string[] {
  if (metric.type !== "histogram") return [metric.name];
  return [metric.name, ...histogramSuffixes.map((suffix) => metric.name + suffix)];
}

/** Name of the histogram that a sample name may belong to; undefined when it has none of the suffixes. */
export function histogramOf(sampleName: string): string | undefined {
  const suffix = histogramSuffixes.find((ending) => sampleName.endsWith(ending));
  return suffix === undefined ? undefined : sampleName.slice(0, -suffix.length);
}
