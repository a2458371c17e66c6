import type { Labels } from "../../core/labels.ts";
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

/** Headers of families in the order of their names, and where each stands. */
export type Families = Readonly<{ headers: readonly string[]; places: ReadonlyMap<string, number> }>;

/** Every family that probes of a module may have: by name, with their headers. */
export function familiesOf(declared: readonly Metric[]): Families {
  const metrics = [...ownMetrics, ...declared].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    headers: metrics.map((metric) => familyHeader(metric, "text", () => false)),
    places: new Map(metrics.map(({ name }, place) => [name, place])),
  };
}

/** Metrics of one probe as blackbox_exporter writes them: families by name, one registry per probe, no timestamps. */
export function metricsText(
  { verdict, durationMs, samples }: Pick<Result, "verdict" | "durationMs" | "samples">,
  timeoutMs: number,
  { headers, places }: Families,
): string {
  const written: (string | undefined)[] = headers.map(() => undefined);
  const write = ({ metric, labels, value }: Sample): void => {
    const place = places.get(metric);
    if (place === undefined) return;
    written[place] = (written[place] ?? headers[place] ?? "") + sampleLine(metric, labelText(labels), value);
  };
  write({ metric: "probe_success", labels: {}, value: verdict === "up" ? 1 : 0 });
  write({ metric: "probe_duration_seconds", labels: {}, value: durationMs / 1000 });
  write({ metric: "probe_timeout_seconds", labels: {}, value: timeoutMs / 1000 });
  for (const sample of samples) write(sample);
  let text = "";
  for (const family of written) if (family !== undefined) text += family;
  return text;
}

function labelText(labels: Labels): string {
  const names = Object.keys(labels);
  const [only] = names;
  if (only === undefined) return "";
  if (names.length === 1) return labelPair(only, labels[only] ?? "");
  return names
    .sort()
    .map((name) => labelPair(name, labels[name] ?? ""))
    .join(",");
}
