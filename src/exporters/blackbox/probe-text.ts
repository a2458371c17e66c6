import { stringify } from "yaml";
import type { Metric, Sample } from "../../core/metric.ts";
import type { Result } from "../../core/result.ts";
import { familyHeader, labelPair, sampleLine } from "../prometheus/text-format.ts";
import type { BlackboxModule } from "./modules.ts";

/** A probe that was made through the door. */
export type DoorRun = Readonly<{
  module: BlackboxModule;
  target: string;
  timeoutMs: number;
  atMs: number;
  result: Pick<Result, "verdict" | "findings" | "samples" | "durationMs">;
  notes: readonly string[];
}>;

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
export function metricsText({ result, timeoutMs }: DoorRun, families: Families): string {
  const own: readonly Sample[] = [
    { metric: "probe_success", labels: {}, value: result.verdict === "up" ? 1 : 0 },
    { metric: "probe_duration_seconds", labels: {}, value: result.durationMs / 1000 },
    { metric: "probe_timeout_seconds", labels: {}, value: timeoutMs / 1000 },
  ];
  const lines = new Map<string, string>();
  for (const sample of own) lines.set(sample.metric, line(sample));
  for (const sample of result.samples) lines.set(sample.metric, (lines.get(sample.metric) ?? "") + line(sample));
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
  const pairs = names.toSorted().map((name) => labelPair(name, labels[name] ?? ""));
  return sampleLine(metric, pairs.join(","), value);
}

/** What `debug=true` and `/logs` show: what the probe noted and found, its metrics and its module. */
export function debugText(run: DoorRun, families: Families): string {
  const { module, target, timeoutMs, result } = run;
  const at = new Date(run.atMs).toISOString();
  const write = (level: string, message: string, fields = ""): string =>
    `ts=${at} module=${quoted(module.name)} target=${quoted(target)} level=${level} msg=${quoted(message)}${fields}`;
  const seconds = result.durationMs / 1000;
  const lines = [
    write("info", "Beginning probe", ` probe=${module.prober} timeout_seconds=${timeoutMs / 1000}`),
    ...run.notes.map((note) => write("info", note)),
    ...result.findings.map(({ is, reason, detail }) => write("error", detail, ` finding=${is} reason=${reason}`)),
    result.verdict === "up"
      ? write("info", "Probe succeeded", ` duration_seconds=${seconds}`)
      : write("error", "Probe failed", ` duration_seconds=${seconds}`),
  ];
  return [
    `Logs for the probe:\n${lines.join("\n")}\n`,
    `Metrics that would have been returned:\n${metricsText(run, families)}`,
    `Module configuration:\n${stringify(module.shown, { lineWidth: 0 })}`,
  ].join("\n\n\n");
}

function quoted(text: string): string {
  return /^[^\s"=\\]+$/.test(text) ? text : JSON.stringify(text);
}
