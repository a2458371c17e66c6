import { defineProbe } from "../../core/checks/probe.ts";
import { addressSchema, bareHost, displayOf } from "../../core/http/address.ts";
import { lookAtEdges } from "./look-at-edges.ts";
import { imagesMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { lookAtImages } from "./run.ts";

/** Fetches a page and everything it shows, and judges each image by status, type, size and bytes. */
export const images = defineProbe({
  kind: "images",
  title: "Images of a page",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 300_000, timeoutMs: 60_000, failureThreshold: 2, retryIntervalMs: 60_000 },
  address: addressSchema,
  display: (address) => displayOf(new URL(address)),
  hostOf: (address) => bareHost(new URL(address).hostname),
  options: optionsSchema,
  metrics: imagesMetrics,
  create: (options, io) => ({
    run: async (context) => {
      if (options.edges !== undefined) return lookAtEdges(options, options.edges, io, context);
      return (await lookAtImages(options, io, context)).observation;
    },
    async close() {},
  }),
});
