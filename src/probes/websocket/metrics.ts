import { gauge, type Metric } from "../../core/checks/metric.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";

/**
 * Names and HELP of blackbox_exporter's websocket prober; the time of a ping and the certificate's series it lacks.
 * @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/websocket.go
 */
export const websocketMetrics: readonly Metric[] = [
  ...remoteMetrics,
  gauge("probe_websocket_connection_upgraded", "Indicates if the websocket connection was successfully upgraded"),
  gauge("probe_websocket_status_code", "Response HTTP status code"),
  gauge("probe_websocket_failed_due_to_regex", "Indicates if probe failed due to regex"),
  gauge("probe_websocket_duration_seconds", "Duration of the websocket probe by phase", true, ["phase"]),
  gauge("probe_websocket_ping_duration_seconds", "Time until the last ping was answered.", true),
  ...tlsMetrics,
];
