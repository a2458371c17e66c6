import { defineProbe } from "../../core/checks/probe.ts";
import { hostPortSchema, parseHostPort } from "../../core/net/host-port.ts";
import { redisMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runRedis } from "./run.ts";

/** Asks a Redis or Valkey server for PING and INFO. @see https://redis.io/docs/latest/commands/info/ */
export const redis = defineProbe({
  kind: "redis",
  title: "Redis or Valkey",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: hostPortSchema("with port"),
  display: (address) => address,
  hostOf: (address) => parseHostPort(address)?.host,
  options: optionsSchema,
  metrics: redisMetrics,
  create: (options, io) => ({
    run: (context) => runRedis(options, io, context),
    async close() {},
  }),
});
