import { z } from "zod";
import { defineProbe } from "../../core/checks/probe.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import { icmpMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runIcmp } from "./run.ts";

const addressSchema: z.ZodType<string, string> = z.string().transform((text, context) => {
  const parsed = parseHostPort(text);
  if (parsed !== undefined && parsed.port === undefined) return parsed.host;
  context.addIssue({
    code: "custom",
    message: `"${text.slice(0, 80)}" does not fit; write a host or an address without port`,
  });
  return z.NEVER;
});

/** Sends ICMP echo requests, and judges loss and round-trip time. @see RFC 792, RFC 4443 §4 */
export const icmp = defineProbe({
  kind: "icmp",
  title: "Ping",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: addressSchema,
  display: (address) => address,
  hostOf: (address) => address,
  options: optionsSchema,
  metrics: icmpMetrics,
  create: (options, io) => ({
    run: (context) => runIcmp(options, io, context),
    async close() {},
  }),
});
