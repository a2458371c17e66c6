import type { Finding } from "../../core/checks/finding.ts";
import type { Metric, Sample } from "../../core/checks/metric.ts";
import type { Result } from "../../core/checks/result.ts";
import type { Labels } from "../../core/labels.ts";
import { secondsOf } from "../../core/time/stopwatch.ts";
import { familyHeader, formatValue, labelPair } from "../prometheus/text-format.ts";

/** What the door keeps of a probe; its metrics as they are answered. */
export type Probed = Pick<Result, "verdict" | "findings" | "durationMs"> &
  Readonly<{ notes: readonly string[]; metrics: string }>;

const gauge = (name: string, help: string): Metric => ({ name, type: "gauge", help, labels: [], history: false });

const ownMetrics: readonly Metric[] = [
  gauge("probe_success", "Displays whether or not the probe was a success"),
  gauge("probe_duration_seconds", "Returns how long the probe took to complete in seconds"),
  gauge("probe_timeout_seconds", "Returns how long the probe timeout is in seconds"),
];

const failureInfo = gauge("probe_failure_info", "Why the probe failed, and in which phase");

/** Families that belong to no probe but to the door. */
export const doorMetrics: readonly Metric[] = [...ownMetrics, failureInfo];

/** Why a probe failed, as a family of its own; peers have none, so it comes only where it is asked for. */
export function failureText(finding: Finding): string {
  const { reason } = finding;
  const phase = (finding.is === "flaw" ? undefined : finding.phase) ?? "";
  return `${familyHeader(failureInfo, "text", () => false)}${lineStart(failureInfo.name, { phase, reason })}1\n`;
}

/** A line without its value and without its end: of the line before, too. */
type Line = Readonly<{ before: string; place: number }>;

/** Lines of all runs whose samples are like these. */
type Shape = Readonly<{ samples: readonly Sample[]; lines: readonly Line[] }>;

/** Writes the metrics of probes of one module as blackbox_exporter does: families by name, one registry per probe, no timestamps. */
export class MetricsText {
  readonly #headers: readonly string[];
  /** Where families stand, by name. */
  readonly #places: ReadonlyMap<string, number>;
  /** Most runs differ from the one before in their values alone. */
  #shape: Shape | undefined;

  /** Takes every family that probes of the module may have, but for those of all modules. */
  constructor(declared: readonly Metric[]) {
    const metrics = [...ownMetrics, ...declared].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.#headers = metrics.map((metric) => familyHeader(metric, "text", () => false));
    this.#places = new Map(metrics.map(({ name }, place) => [name, place]));
  }

  write(
    { verdict, durationMs, samples }: Pick<Result, "verdict" | "durationMs" | "samples">,
    timeoutMs: number,
  ): string {
    if (this.#shape === undefined || !areAlike(samples, this.#shape.samples)) this.#shape = this.#shapeOf(samples);
    const own = [verdict === "up" ? 1 : 0, secondsOf(durationMs), timeoutMs / 1000];
    let text = "";
    for (const { before, place } of this.#shape.lines) {
      text += before + formatValue(own[place] ?? samples[place - own.length]?.value ?? Number.NaN);
    }
    return `${text}\n`;
  }

  #shapeOf(samples: readonly Sample[]): Shape {
    const families: { text: string; place: number }[][] = this.#headers.map(() => []);
    const all = [...ownMetrics.map(({ name }) => ({ metric: name, labels: {} })), ...samples];
    for (const [place, { metric, labels }] of all.entries()) {
      families[this.#places.get(metric) ?? -1]?.push({ text: lineStart(metric, labels), place });
    }
    const lines = families.flatMap((family, index) =>
      family.map(({ text, place }, nth) => ({ before: nth === 0 ? this.#headers[index] + text : text, place })),
    );
    return {
      samples,
      lines: lines.map(({ before, place }, nth) => ({ before: nth === 0 ? before : `\n${before}`, place })),
    };
  }
}

function areAlike(samples: readonly Sample[], others: readonly Sample[]): boolean {
  if (samples.length !== others.length) return false;
  return samples.every(({ metric, labels }, index) => {
    const other = others[index];
    return metric === other?.metric && (labels === other.labels || areEqual(labels, other.labels));
  });
}

function areEqual(labels: Labels, others: Labels): boolean {
  const names = Object.keys(labels);
  return names.length === Object.keys(others).length && names.every((name) => labels[name] === others[name]);
}

function lineStart(metric: string, labels: Labels): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return `${metric} `;
  return `${metric}{${names.map((name) => labelPair(name, labels[name] ?? "")).join(",")}} `;
}
