import { defineProbe } from "../../core/checks/probe.ts";
import { hostPortSchema, parseHostPort } from "../../core/net/host-port.ts";
import { tcpMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runTcp } from "./run.ts";

/** Opens one TCP connection, with or without TLS, and holds a dialogue over it. @see RFC 9293 */
export const tcp = defineProbe({
  kind: "tcp",
  title: "TCP service",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: hostPortSchema("with port"),
  display: (address) => address,
  hostOf: (address) => parseHostPort(address)?.host,
  options: optionsSchema,
  metrics: "dynamic",
  metricsOf: (options) => tcpMetrics(options),
  create: (options, io) => ({
    run: (context) => runTcp(options, io, context),
    async close() {},
  }),
});
