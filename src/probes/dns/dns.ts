import { defineProbe } from "../../core/checks/probe.ts";
import { hostPortSchema, parseHostPort } from "../../core/net/host-port.ts";
import { dnsMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runDns } from "./run.ts";

/** Asks a name server a question and judges its answer. @see RFC 1035 */
export const dns = defineProbe({
  kind: "dns",
  title: "Name server",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 60_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: hostPortSchema("port optional"),
  display: (address) => address,
  hostOf: (address) => parseHostPort(address)?.host,
  options: optionsSchema,
  metrics: dnsMetrics,
  create: (options, io) => ({
    run: (context) => runDns(options, io, context),
    async close() {},
  }),
});
