import { addressSchema, bareHost, displayOf } from "../../core/http/address.ts";
import { defineProbe } from "../../core/probe.ts";
import { goThrough } from "./journey.ts";
import { lookAtEdges } from "./look-at-edges.ts";
import { httpMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { lookHttp } from "./run.ts";
import { traceOf } from "./trace.ts";

/** Asks a web address over a fresh connection, and judges answer, text, certificate and time. @see RFC 9110 */
export const http = defineProbe({
  kind: "http",
  title: "Web address",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: addressSchema,
  display: (address) => displayOf(new URL(address)),
  hostOf: (address) => bareHost(new URL(address).hostname),
  options: optionsSchema,
  metrics: httpMetrics,
  create: (options, io) => ({
    run: async (context) => {
      const { edges, steps } = options;
      if (steps !== undefined) return goThrough(steps, options, { io, context, trace: traceOf(options, io) });
      if (edges !== undefined) return lookAtEdges({ ...options, edges }, io, context);
      return (await lookHttp(options, io, context, { trace: traceOf(options, io) })).observation;
    },
    async close() {},
  }),
});
