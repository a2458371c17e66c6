import type { Sample } from "../../core/checks/metric.ts";
import type { Labels } from "../../core/labels.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { presentName } from "./old-names.ts";
import { type LineRest, readLineRest } from "./sample-line.ts";

const longestLine = 32 * 1024;
const mostLines = 500_000;
const oldestMs = 3_600_000;
const furthestAheadMs = 600_000;

/** Why a sample is not taken: its line is too long or no line of the format, its labels are too many, too long or double, its series came before, its time is off by far, or there are too many. */
export const dropReasons = ["line", "syntax", "labels", "duplicate", "time", "budget"] as const;
export type DropReason = (typeof dropReasons)[number];

export type Exposed = Readonly<{
  samples: readonly Sample[];
  /** Lines that stand for samples, taken or not. */
  read: number;
  dropped: Readonly<Record<DropReason, number>>;
  /** OpenMetrics' last line was there. */
  isEnded: boolean;
}>;

export type ReadPlan = Readonly<{
  /** Tells by its name alone whether a series may be wanted. */
  wantsName(name: string): boolean;
  wants(name: string, labels: Labels): boolean;
  maxSeries: number;
  isOpenMetrics: boolean;
  nowMs: EpochMs;
}>;

/** Reads the text format 0.0.4 or OpenMetrics 1.0 line by line; what cannot be taken is counted, and nothing makes it throw. */
export function readExposition(text: string, plan: ReadPlan): Exposed {
  const reader = new Reader(plan);
  let from = 0;
  for (let count = 0; from < text.length && !reader.isEnded; count += 1) {
    if (count >= mostLines) {
      reader.dropped.budget += 1;
      break;
    }
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    if (to - from > longestLine) reader.dropped.line += 1;
    else reader.take(text.slice(from, to).trim());
    from = to + 1;
  }
  const { samples, read, dropped, isEnded } = reader;
  return { samples, read, dropped, isEnded };
}

const namePart = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const typeLine = /^#[ \t]+TYPE[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]+(\w+)$/;

class Reader {
  readonly samples: Sample[] = [];
  readonly dropped: Record<DropReason, number> = { line: 0, syntax: 0, labels: 0, duplicate: 0, time: 0, budget: 0 };
  read = 0;
  isEnded = false;
  readonly #plan: ReadPlan;
  readonly #types = new Map<string, string>();
  readonly #wanted = new Map<string, boolean>();
  readonly #seen = new Set<string>();

  constructor(plan: ReadPlan) {
    this.#plan = plan;
  }

  take(line: string): void {
    if (line === "") return;
    if (line.startsWith("#")) {
      if (line === "# EOF") this.isEnded = true;
      const [, family, type] = typeLine.exec(line) ?? [];
      if (family !== undefined && type !== undefined) this.#types.set(family, type);
      return;
    }
    this.read += 1;
    namePart.lastIndex = 0;
    const written = namePart.exec(line)?.[0];
    if (written === undefined) {
      this.dropped.syntax += 1;
      return;
    }
    const name = presentName(written);
    if (!this.#isWanted(name)) return;
    const rest = readLineRest(line, written.length);
    if (typeof rest === "string") this.dropped[rest] += 1;
    else if (this.#plan.wants(name, rest.labels)) this.#add(name, written, rest);
  }

  #isWanted(name: string): boolean {
    const known = this.#wanted.get(name);
    if (known !== undefined) return known;
    const isWanted = this.#plan.wantsName(name);
    this.#wanted.set(name, isWanted);
    return isWanted;
  }

  #add(name: string, written: string, { labels: given, value, stamp }: LineRest): void {
    const atMs = stamp === undefined ? undefined : Math.round(this.#plan.isOpenMetrics ? stamp * 1000 : stamp);
    if (atMs !== undefined && !this.#isNear(atMs)) {
      this.dropped.time += 1;
      return;
    }
    const labels = withFreeNames(given);
    const key = name + JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (this.#seen.has(key)) {
      // An exporter in between gives the old name beside the new one.
      if (name === written) this.dropped.duplicate += 1;
    } else if (this.#seen.size >= this.#plan.maxSeries) this.dropped.budget += 1;
    else {
      this.#seen.add(key);
      const type = this.#typeOf(written);
      this.samples.push({ metric: name, labels, value, ...(atMs !== undefined && { atMs }), ...(type && { type }) });
    }
  }

  #isNear(atMs: EpochMs): boolean {
    return atMs >= this.#plan.nowMs - oldestMs && atMs <= this.#plan.nowMs + furthestAheadMs;
  }

  /** Parts of histograms and summaries grow, save their quantiles. */
  #typeOf(name: string): Sample["type"] {
    const own = this.#types.get(name);
    if (own === "counter") return "counter";
    if (own === "untyped" || own === "unknown") return "untyped";
    if (own !== undefined) return "gauge";
    const [, family = name, suffix] = /^(.*)_(total|bucket|sum|count)$/.exec(name) ?? [];
    const type = this.#types.get(family);
    if (suffix === "total") return type === "counter" ? "counter" : undefined;
    if (type === "histogram") return "counter";
    return type === "summary" && suffix !== "bucket" ? "counter" : undefined;
  }
}

/** Labels by which the daemon says whose a series is. */
const identityNames = ["check", "tier", "instance", "env", "location", "service", "job"] as const;

/** A scraped label of a name that the daemon sets keeps its value as `exported_…`, as Prometheus has it. */
function withFreeNames(labels: Labels): Labels {
  const clashing = identityNames.filter((name) => Object.hasOwn(labels, name));
  if (clashing.length === 0) return labels;
  const free: Record<string, string> = { ...labels };
  for (const name of clashing) {
    const value = free[name] ?? "";
    delete free[name];
    let other = `exported_${name}`;
    while (Object.hasOwn(free, other)) other = `exported_${other}`;
    free[other] = value;
  }
  return free;
}
