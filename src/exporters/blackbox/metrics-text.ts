import type { Metric, Sample } from "../../core/metric.ts";
import type { Result } from "../../core/result.ts";
import { familyHeader, labelPair, sampleLine } from "../prometheus/text-format.ts";

/** What the door keeps of a probe; its metrics as they are answered. */
export type Probed = Pick<Result, "verdict" | "findings" | "durationMs"> &
  Readonly<{ notes: readonly string[]; metrics: string }>;

const gauge = (name: string, help: string): Metric => ({ name, type: "gauge", help, labels: [], history: false });

const ownMetrics: readonly Metric[] = [
  gauge("probe_success", "Displays whether or not the probe was a success"),
  gauge("probe_duration_seconds", "Returns how long the probe took to complete in seconds"),
  gauge("probe_timeout_seconds", "Returns how long the probe timeout is in seconds"),
];

export type Families = readonly Readonly<{ name: string; header: string }>[];

/** Every family that probes of a module may have: by name, with their headers. */
export function familiesOf(declared: readonly Metric[]): Families {
  return [...ownMetrics, ...declared]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((metric) => ({ name: metric.name, header: familyHeader(metric, "text", () => false) }));
}

/** Metrics of one probe as blackbox_exporter writes them: families by name, one registry per probe, no timestamps. */
export function metricsText(
  { verdict, durationMs, samples }: Pick<Result, "verdict" | "durationMs" | "samples">,
  timeoutMs: number,
  families: Families,
): string {
  const lines = new Map<string, string>();
  lines.set("probe_success", sampleLine("probe_success", "", verdict === "up" ? 1 : 0));
  lines.set("probe_duration_seconds", sampleLine("probe_duration_seconds", "", durationMs / 1000));
  lines.set("probe_timeout_seconds", sampleLine("probe_timeout_seconds", "", timeoutMs / 1000));
  for (const sample of samples) lines.set(sample.metric, (lines.get(sample.metric) ?? "") + line(sample));
  let text = "";
  for (const { name, header } of families) {
    const written = lines.get(name);
    if (written !== undefined) text += header + written;
  }
  return text;
}

function line({ metric, labels, value }: Sample): string {
  const names = Object.keys(labels);
  if (names.length === 0) return sampleLine(metric, "", value);
  const pairs = names.sort().map((name) => labelPair(name, labels[name] ?? ""));
  return sampleLine(metric, pairs.join(","), value);
}
