import type { Metric } from "../../core/checks/metric.ts";
import type { Labels } from "../../core/labels.ts";

/** The two forms in which metrics leave: Prometheus' text format 0.0.4 and OpenMetrics 1.0. */
export type ExpositionFormat = "text" | "openmetrics";

/** Content type of each format. */
export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Tells whether Prometheus takes the name for a metric. */
export function isMetricName(name: string): boolean {
  return metricName.test(name);
}

/** Tells whether Prometheus takes the name for a label that is not its own (`__…`). */
export function isLabelName(name: string): boolean {
  return labelName.test(name);
}

/** Writes a number as both formats read it. */
export function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

/** Writes `name="value"` with the value escaped; lone surrogates become U+FFFD, so that equal bytes are equal text. */
export function labelPair(name: string, value: string): string {
  const wellFormed = value.toWellFormed();
  if (!/[\\"\n]/.test(wellFormed)) return `${name}="${wellFormed}"`;
  return `${name}="${wellFormed.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** Writes labels in the order they stand, joined by commas. */
export function labelPairs(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => labelPair(name, value))
    .join(",");
}

/** Writes one sample line. */
export function sampleLine(name: string, labelText: string, value: number): string {
  return labelText === "" ? `${name} ${formatValue(value)}\n` : `${name}{${labelText}} ${formatValue(value)}\n`;
}

/**
 * Writes the HELP and TYPE lines of a family. OpenMetrics names a counter without its `_total`; a counter that has none,
 * or whose short name belongs to another family, is declared `unknown` there.
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#counter
 */
export function familyHeader(
  family: Pick<Metric, "name" | "type" | "help">,
  format: ExpositionFormat,
  isTaken: (name: string) => boolean,
): string {
  const help = family.help.toWellFormed().replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  if (format === "text") return `# HELP ${family.name} ${help}\n# TYPE ${family.name} ${family.type}\n`;
  const { name, type } = openMetricsFamily(family, isTaken);
  return `# TYPE ${name} ${type}\n# HELP ${name} ${help.replaceAll('"', '\\"')}\n`;
}

function openMetricsFamily(
  family: Pick<Metric, "name" | "type">,
  isTaken: (name: string) => boolean,
): Readonly<{ name: string; type: string }> {
  if (family.type === "untyped") return { name: family.name, type: "unknown" };
  if (family.type !== "counter") return family;
  const short = family.name.replace(/_total$/, "");
  if (short === family.name || isTaken(short)) return { name: family.name, type: "unknown" };
  return { name: short, type: "counter" };
}

/** Chooses the format by an `Accept` header: the best-ranked one that we can write, text when none is named. */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  let best: ExpositionFormat = "text";
  let bestQuality = 0;
  for (const range of (accept ?? "").slice(0, 1000).split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const format = formatOf(type, parameters);
    const quality = qualityOf(parameters);
    if (format !== undefined && quality > bestQuality) {
      best = format;
      bestQuality = quality;
    }
  }
  return best;
}

function formatOf(type: string, parameters: readonly string[]): ExpositionFormat | undefined {
  if (type === "text/plain" || type === "text/*" || type === "*/*") return "text";
  if (type !== "application/openmetrics-text") return undefined;
  const version = parameters.find((parameter) => parameter.startsWith("version="))?.slice("version=".length);
  return version === undefined || version === "1.0.0" ? "openmetrics" : undefined;
}

function qualityOf(parameters: readonly string[]): number {
  const written = parameters.find((parameter) => parameter.startsWith("q="));
  const quality = written === undefined ? 1 : Number(written.slice(2));
  return Number.isFinite(quality) ? quality : 0;
}
