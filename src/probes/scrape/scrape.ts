import { defineProbe } from "../../core/checks/probe.ts";
import { addressSchema, bareHost, displayOf } from "../../core/http/address.ts";
import { scrapeMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runScrape } from "./run.ts";

/** Fetches the metrics of an application or exporter and takes series from them. @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const scrape = defineProbe({
  kind: "scrape",
  title: "Metrics of an application",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: addressSchema,
  display: instanceOf,
  hostOf: (address) => bareHost(new URL(address).hostname),
  options: optionsSchema,
  metrics: "dynamic",
  metricsOf: () => scrapeMetrics,
  exposesUndeclared: ({ expose }) => expose,
  create: (options, io) => ({
    run: (context) => runScrape(options, io, context),
    async close() {},
  }),
});

/** Host and port as Prometheus names its targets, where the path is the usual one; elsewhere the address, as a host may have several. */
function instanceOf(address: string): string {
  const url = new URL(address);
  return url.pathname === "/metrics" ? url.host : displayOf(url);
}
