import { gauge, type Metric } from "../../core/checks/metric.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";

/** Series of a redis check. */
export const redisMetrics: readonly Metric[] = [
  ...remoteMetrics,
  gauge("probe_redis_duration_seconds", "Duration of the run by phase", true, ["phase"]),
  gauge("probe_redis_memory_used_bytes", "Memory that the server's data takes", true),
  gauge("probe_redis_memory_max_bytes", "The server's limit of memory; 0 without one"),
  gauge("probe_redis_connected_clients", "Clients that are connected", true),
  gauge("probe_redis_connected_replicas", "Replicas that are connected"),
  gauge("probe_redis_uptime_seconds", "Time since the server started"),
  gauge("probe_redis_replica_lag_seconds", "Time since a replica heard from its master", true),
  gauge("probe_redis_role", "Role of the server; always 1", false, ["role"]),
  ...tlsMetrics,
];
