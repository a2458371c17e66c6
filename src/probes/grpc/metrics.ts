import { gauge, type Metric } from "../../core/checks/metric.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";

/** Names, labels and HELP of blackbox_exporter's grpc prober. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/grpc.go */
export const grpcMetrics: readonly Metric[] = [
  ...remoteMetrics,
  gauge("probe_grpc_duration_seconds", "Duration of gRPC request by phase", true, ["phase"]),
  gauge("probe_grpc_ssl", "Indicates if SSL was used for the connection"),
  gauge("probe_grpc_status_code", "Response gRPC status code"),
  gauge("probe_grpc_healthcheck_response", "Response HealthCheck response", false, ["serving_status"]),
  ...tlsMetrics,
];
