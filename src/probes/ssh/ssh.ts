import { defineProbe } from "../../core/checks/probe.ts";
import { hostPortSchema, parseHostPort } from "../../core/net/host-port.ts";
import { optionsSchema } from "./options.ts";
import { runSsh, sshMetrics } from "./run.ts";

/** Talks to an SSH server until it has proved its host key, and judges version, key and algorithms. @see RFC 4253 */
export const ssh = defineProbe({
  kind: "ssh",
  title: "SSH server",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 60_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: hostPortSchema("port optional"),
  display: (address) => address,
  hostOf: (address) => parseHostPort(address)?.host,
  options: optionsSchema,
  metrics: sshMetrics,
  create: (options, io) => ({
    run: (context) => runSsh(options, io, context),
    async close() {},
  }),
});
