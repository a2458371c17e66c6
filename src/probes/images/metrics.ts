import type { Metric, Sample } from "../../core/checks/metric.ts";
import { edgeMetrics } from "../../core/edges/edge-metrics.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";
import { byHost, isFailed, isMeasured, type Outcome, outcomeStates } from "./outcome.ts";
import { failedShare } from "./verdict.ts";

const gauge = (name: string, help: string, history: boolean, labels: readonly string[] = []): Metric => ({
  name,
  type: "gauge",
  help,
  labels,
  history,
});

/** Metrics of an images check. */
export const imagesMetrics: readonly Metric[] = [
  gauge("probe_images", "Images of the page by what came of them", true, ["state"]),
  gauge("probe_images_failed", "Images that failed, by reason and host", true, ["reason", "host"]),
  gauge("probe_images_failed_ratio", "Part of the measured images that failed", true),
  gauge("probe_images_host_failed_ratio", "Part of the measured images of a host that failed", true, ["host"]),
  gauge("probe_images_received_bytes", "Bytes of images received", true),
  gauge("probe_images_duration_seconds", "Time from the first request for an image to the last answer", true),
  gauge("probe_images_slowest_seconds", "Time of the slowest image of a host", true, ["host"]),
  gauge("probe_images_cache", "Images that a cache on the way said it had, or had not", false, ["host", "result"]),
  gauge("probe_images_age_seconds", "Highest Age header of a host: time since an answer left its origin", false, [
    "host",
  ]),
  ...tlsMetrics,
  ...edgeMetrics,
];

const mostHosts = 20;

/** What a run has to show for its samples. */
export type Measured = Readonly<{
  outcomes: readonly Outcome[];
  inline: number;
  ignored: number;
  receivedBytes: number;
  durationMs: number;
}>;

/** Samples of a run that had a page to look at. */
export function imagesSamples(measured: Measured): readonly Sample[] {
  const { outcomes, inline, ignored, receivedBytes, durationMs } = measured;
  const states = [
    ...outcomeStates.map((state) => [state, outcomes.filter(({ judgement }) => judgement.state === state).length]),
    ["inline", inline],
    ["ignored", ignored],
  ] as const satisfies readonly (readonly unknown[])[];
  return [
    ...states.map(([state, value]) => sample("probe_images", Number(value), { state: String(state) })),
    sample("probe_images_failed_ratio", failedShare(outcomes.filter(isMeasured))),
    sample("probe_images_received_bytes", receivedBytes),
    sample("probe_images_duration_seconds", durationMs / 1000),
    ...[...byHost(outcomes, mostHosts)].flatMap(([host, ofHost]) => hostSamples(host, ofHost)),
  ];
}

function hostSamples(host: string, outcomes: readonly Outcome[]): readonly Sample[] {
  const measured = outcomes.filter(isMeasured);
  if (measured.length === 0) return [];
  const reasons = Map.groupBy(measured.filter(isFailed), ({ judgement }) =>
    judgement.state === "failed" ? judgement.reason : "",
  );
  const cached = Map.groupBy(measured, ({ cache }) => cache.result);
  const ages = measured.flatMap(({ cache }) => cache.ageSeconds ?? []);
  return [
    sample("probe_images_host_failed_ratio", failedShare(measured), { host }),
    sample("probe_images_slowest_seconds", Math.max(...measured.map(({ durationMs }) => durationMs)) / 1000, { host }),
    ...[...reasons].map(([reason, of]) => sample("probe_images_failed", of.length, { reason, host })),
    ...(["hit", "miss"] as const).flatMap((result) => {
      const count = cached.get(result)?.length ?? 0;
      return count === 0 ? [] : [sample("probe_images_cache", count, { host, result })];
    }),
    ...(ages.length === 0 ? [] : [sample("probe_images_age_seconds", Math.max(...ages), { host })]),
  ];
}

function sample(metric: string, value: number, labels: Readonly<Record<string, string>> = {}): Sample {
  return { metric, labels, value };
}
