import type { Metric } from "../../src/core/checks/metric.ts";
import { doorMetrics } from "../../src/exporters/blackbox/metrics-text.ts";
import { ownFamilies } from "../../src/exporters/prometheus/own-families.ts";
import { dropReasons } from "../../src/exporters/prometheus/unit-lines.ts";
import { probeKinds } from "../../src/probes/index.ts";
import { markdownTable } from "../support/samples/markdown-table.ts";
import { sampleSources } from "../support/samples/sample-exposition.ts";
import { parseExposition } from "../support/worlds/exposition-parser.ts";

const head = ["metric", "type", "labels", "meaning"];
const ownLabels: Readonly<Record<string, string>> = {
  watchfire_check_state: "state",
  watchfire_check_flaw: "reason, severity",
  watchfire_check_last_run_failure: "verdict, reason",
};

/** Families of every check, whatever its probe. */
export function checkMetrics(): string {
  const rows = Object.values(ownFamilies).map(({ name, type, help }) => [
    code(name),
    type,
    ownLabels[name] ?? "",
    help,
  ]);
  return markdownTable(head, rows);
}

/** A heading and a table for each kind of probe; the many of the host stand in its own README. */
export function probeMetrics(): string {
  return probeKinds
    .filter(({ kind }) => kind !== "host")
    .map(({ kind }) => `### \`${kind}\`\n\n${markdownTable(head, declaredBy(kind).map(row))}`)
    .join("\n\n");
}

/** Families that the daemon writes of itself. */
export async function daemonMetrics(): Promise<string> {
  const rows = (await daemonFamilies()).map(({ name, type, help, samples }) => {
    const labels = Object.keys(samples[0]?.labels ?? {}).filter((label) => label !== "le");
    return [code(name), type, labels.join(", "), help];
  });
  return markdownTable(head, rows);
}

/** Names of all families, and of the series that histograms are made of. */
export async function allMetricNames(): Promise<ReadonlySet<string>> {
  const declared = probeKinds.flatMap(({ kind }) => declaredBy(kind));
  const families = [...Object.values(ownFamilies), ...(await daemonFamilies()), ...doorMetrics, ...declared];
  return new Set(
    families.flatMap(({ name, type }) =>
      type === "histogram" ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

async function daemonFamilies() {
  const { self } = sampleSources([]);
  self.setExposition(0, new Map(dropReasons.map((reason) => [reason, 0])));
  return [...parseExposition(await self.render("text"), "text").values()];
}

function declaredBy(kind: string): readonly Metric[] {
  return probeKinds.find((each) => each.kind === kind)?.metricsOf({}) ?? [];
}

function row({ name, type, labels, help }: Metric): readonly string[] {
  return [code(name), type, labels.join(", "), help];
}

function code(name: string): string {
  return `\`${name}\``;
}
