import { defineProbe } from "../../core/checks/probe.ts";
import { hostPortSchema, parseHostPort } from "../../core/net/host-port.ts";
import { grpcMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runGrpc } from "./run.ts";

/** Asks the standard health service of a gRPC server. @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export const grpc = defineProbe({
  kind: "grpc",
  title: "gRPC service",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: hostPortSchema("with port"),
  display: (address) => address,
  hostOf: (address) => parseHostPort(address)?.host,
  options: optionsSchema,
  metrics: grpcMetrics,
  create: (options, io) => ({
    run: (context) => runGrpc(options, io, context),
    async close() {},
  }),
});
