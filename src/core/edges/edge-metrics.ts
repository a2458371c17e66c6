import { gauge, type Metric, type Sample, sample } from "../checks/metric.ts";
import { type EdgeState, edgeStates, providerLabel, type SeenEdge } from "./edge.ts";

const labels = ["address", "provider"];

/** State by address, for every kind with the option `edges`; absent without it. */
export const edgeMetrics: readonly Metric[] = [
  gauge("probe_edges", "Addresses of the name by what came of them", true, ["state"]),
  gauge("probe_edge_success", "Whether the address works; absent when it could not be looked at", true, labels),
  gauge("probe_edge_differs", "Whether the address differs from the majority of them", false, labels),
  gauge("probe_edge_duration_seconds", "Time to look at the address", true, labels),
  gauge(
    "probe_edge_certificate_expiry_timestamp_seconds",
    "Earliest end of a certificate that the address presents, in unixtime",
    true,
    labels,
  ),
];

/** Samples of `edgeMetrics`; `left` addresses were beyond the cap. */
export function edgeSamples(
  seen: readonly SeenEdge[],
  differing: ReadonlySet<SeenEdge>,
  left: number,
): readonly Sample[] {
  const count = (state: EdgeState): number => seen.filter((each) => each.state === state).length;
  return [
    ...edgeStates.map((state) => sample("probe_edges", count(state) + (state === "skipped" ? left : 0), { state })),
    ...seen.flatMap((each) => samplesOf(each, differing.has(each))),
  ];
}

function samplesOf(each: SeenEdge, differs: boolean): readonly Sample[] {
  const { edge, state, durationMs, certificateEndsMs } = each;
  if (state === "unknown" || state === "skipped") return [];
  const its = { address: edge.address, provider: providerLabel(edge) };
  return [
    sample("probe_edge_success", state === "failed" ? 0 : 1, its),
    sample("probe_edge_differs", differs ? 1 : 0, its),
    sample("probe_edge_duration_seconds", durationMs / 1000, its),
    ...(certificateEndsMs === undefined
      ? []
      : [sample("probe_edge_certificate_expiry_timestamp_seconds", certificateEndsMs / 1000, its)]),
  ];
}
