import { defineProbe } from "../../core/checks/probe.ts";
import { hostPortSchema, parseHostPort } from "../../core/net/host-port.ts";
import { optionsSchema } from "./options.ts";
import { ntpMetrics, runNtp } from "./run.ts";

/** Asks a time server and compares its clock with this machine's. @see RFC 5905 §14 */
export const ntp = defineProbe({
  kind: "ntp",
  title: "Time server and clock",
  tier: "os",
  trigger: "schedule",
  defaults: { intervalMs: 60_000, timeoutMs: 5_000, failureThreshold: 3, retryIntervalMs: 30_000 },
  address: hostPortSchema("port optional"),
  display: (address) => address,
  hostOf: (address) => parseHostPort(address)?.host,
  options: optionsSchema,
  metrics: ntpMetrics,
  create: (options, io) => ({
    run: (context) => runNtp(options, io, context),
    async close() {},
  }),
});
