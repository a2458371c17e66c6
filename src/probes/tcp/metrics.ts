import { gauge, type Metric } from "../../core/checks/metric.ts";
import { dialogueMetrics } from "../../core/dialogue/dialogue-samples.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";
import type { TcpOptions } from "./options.ts";

/**
 * Names, labels and HELP of blackbox_exporter's tcp prober, and the phases, which it lacks; the labels of
 * `probe_expect_info` are the check's. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/tcp.go
 */
export function tcpMetrics(options: Pick<TcpOptions, "dialogue">): readonly Metric[] {
  return [
    ...remoteMetrics,
    gauge("probe_tcp_duration_seconds", "Duration of the run by phase", true, ["phase"]),
    ...dialogueMetrics(options),
    ...tlsMetrics,
  ];
}
