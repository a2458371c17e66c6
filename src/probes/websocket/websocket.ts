import { defineProbe } from "../../core/checks/probe.ts";
import { bareHost, displayOf, websocketAddressSchema } from "../../core/http/address.ts";
import { websocketMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runWebsocket } from "./run.ts";

/** Opens a WebSocket and holds a dialogue over it. @see RFC 6455 */
export const websocket = defineProbe({
  kind: "websocket",
  title: "WebSocket",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: websocketAddressSchema,
  display: (address) => displayOf(new URL(address)),
  hostOf: (address) => bareHost(new URL(address).hostname),
  options: optionsSchema,
  metrics: websocketMetrics,
  create: (options, io) => ({
    run: (context) => runWebsocket(options, io, context),
    async close() {},
  }),
});
