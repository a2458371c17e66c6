import { defineProbe } from "../../core/checks/probe.ts";
import { addressSchema, bareHost, displayOf } from "../../core/http/address.ts";
import { jsonMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runJson } from "./run.ts";

/** Fetches a JSON document and judges its health and its values. @see RFC 8259, RFC 9535 */
export const json = defineProbe({
  kind: "json",
  title: "JSON document",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: addressSchema,
  display: (address) => displayOf(new URL(address)),
  hostOf: (address) => bareHost(new URL(address).hostname),
  options: optionsSchema,
  metrics: "dynamic",
  metricsOf: (options) => jsonMetrics(options),
  create: (options, io) => ({
    run: (context) => runJson(options, io, context),
    async close() {},
  }),
});
