import { gauge, type Metric } from "../../core/metric.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";
import type { TcpOptions } from "./options.ts";

/**
 * Names, labels and HELP of blackbox_exporter's tcp prober, and the phases, which it lacks; the labels of
 * `probe_expect_info` are the check's. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/tcp.go
 */
export function tcpMetrics({ dialogue }: Pick<TcpOptions, "dialogue">): readonly Metric[] {
  const labels = dialogue.flatMap((step) => Object.keys(step.labels ?? {}));
  return [
    ...remoteMetrics,
    gauge("probe_tcp_duration_seconds", "Duration of the run by phase", true, ["phase"]),
    gauge("probe_failed_due_to_regex", "Indicates if probe failed due to regex"),
    gauge("probe_failed_due_to_bytes", "Indicates if probe failed due to bytes"),
    gauge("probe_expect_info", "Explicit content matched", false, labels),
    ...tlsMetrics,
  ];
}
