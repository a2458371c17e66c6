import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import type { Perfdatum, Range } from "./perfdata.ts";

const ofValue = ["label", "unit"];

/** What a plugin says in figures. */
export const execMetrics: readonly Metric[] = [
  gauge("probe_exec_exit_code", "Exit code of the plugin: 0 up, 1 warning, 2 down, 3 unknown."),
  gauge("probe_exec_value", "Value of the plugin's performance data, in base units.", true, ofValue),
  {
    name: "probe_exec_count_total",
    type: "counter",
    help: "Running count of the plugin's performance data (unit c).",
    labels: ["label"],
    history: true,
  },
  gauge("probe_exec_minimum", "Smallest value there can be, as the plugin says.", false, ofValue),
  gauge("probe_exec_maximum", "Largest value there can be, as the plugin says.", false, ofValue),
  gauge("probe_exec_limit", "End of a range of the plugin, which alerts inside or outside of it.", false, [
    ...ofValue,
    "severity",
    "bound",
    "alerts",
  ]),
];

/** Samples of what was read; a label with its unit is there once. */
export function perfdataSamples(data: readonly Perfdatum[]): readonly Sample[] {
  return data.flatMap((datum) => {
    const { label, unit, value, isCounter, warning, critical, minimum, maximum } = datum;
    const labels = { label, unit };
    return [
      ...(isCounter
        ? [sample("probe_exec_count_total", value, { label })]
        : [sample("probe_exec_value", value, labels)]),
      ...(minimum === undefined ? [] : [sample("probe_exec_minimum", minimum, labels)]),
      ...(maximum === undefined ? [] : [sample("probe_exec_maximum", maximum, labels)]),
      ...limitSamples(labels, "warning", warning),
      ...limitSamples(labels, "critical", critical),
    ];
  });
}

function limitSamples(
  labels: Readonly<{ label: string; unit: string }>,
  severity: string,
  range: Range | undefined,
): readonly Sample[] {
  if (range === undefined) return [];
  const alerts = range.isInverted ? "inside" : "outside";
  return (["low", "high"] as const)
    .filter((bound) => Number.isFinite(range[bound]))
    .map((bound) => sample("probe_exec_limit", range[bound], { ...labels, severity, bound, alerts }));
}
