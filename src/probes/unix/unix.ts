import { z } from "zod";
import { gauge } from "../../core/checks/metric.ts";
import { defineProbe } from "../../core/checks/probe.ts";
import { dialogueMetrics } from "../../core/dialogue/dialogue-samples.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";
import { optionsSchema } from "./options.ts";
import { runUnix } from "./run.ts";

/** What fits into the system's address of a socket. */
const mostPathBytes = 107;

const addressSchema = z
  .string()
  .regex(/^(?:\/|\\\\[.?]\\pipe\\)[^\p{Cc}]+$/u, "write the whole path of the socket: /run/app.sock")
  .refine((path) => new TextEncoder().encode(path).length <= mostPathBytes, {
    message: `the path of a socket has at most ${mostPathBytes} bytes`,
  });

/** Opens one connection to a socket in the filesystem and holds a dialogue over it. @see unix(7) */
export const unix = defineProbe({
  kind: "unix",
  title: "Local socket",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: addressSchema,
  display: (path) => path,
  hostOf: () => undefined,
  options: optionsSchema,
  metrics: "dynamic",
  metricsOf: (options) => [
    gauge("probe_unix_duration_seconds", "Duration of the run by phase", true, ["phase"]),
    ...dialogueMetrics(options),
    ...tlsMetrics,
  ],
  create: (options, io) => ({
    run: (context) => runUnix(options, io, context),
    async close() {},
  }),
});
