import { defineProbe, type ProbeContext, type ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { addressSchema, bareHost, displayOf } from "../../core/http/address.ts";
import { goThrough } from "./journey.ts";
import { lookAtEdges } from "./look-at-edges.ts";
import { httpMetrics } from "./metrics.ts";
import { type HttpOptions, optionsSchema } from "./options.ts";
import { lookHttp } from "./run.ts";
import { TokenKeeper } from "./token-keeper.ts";
import { traceOf } from "./trace.ts";
import { withToken } from "./with-token.ts";

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
  create(options, io) {
    const { auth } = options;
    const keeper = auth?.kind === "oauth2" ? new TokenKeeper(auth, options, io) : undefined;
    const ready = { ...options, auth: auth?.kind === "oauth2" ? undefined : auth };
    return {
      run(context) {
        if (keeper === undefined) return observe(ready, io, context);
        return withToken(keeper, options, context, (authorized) => observe(authorized, io, context));
      },
      async close() {},
    };
  },
});

async function observe(options: HttpOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const { edges, steps } = options;
  const trace = traceOf(options, io);
  if (steps !== undefined) return goThrough(steps, options, { io, context, trace });
  if (edges !== undefined) return lookAtEdges({ ...options, edges }, io, context);
  return (await lookHttp(options, io, context, { trace })).observation;
}
