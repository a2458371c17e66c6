import { defineProbe } from "../../core/checks/probe.ts";
import { hostPortSchema, parseHostPort } from "../../core/net/host-port.ts";
import { lookAtEdges } from "./look-at-edges.ts";
import { lookAtFiles } from "./look-at-files.ts";
import { LookAtServer } from "./look-at-server.ts";
import { certificateMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";

const hourMs = 3_600_000;

/** Looks at the certificates that a server presents, or that lie in files, and judges each of them. @see RFC 5280 */
export const certificate = defineProbe({
  kind: "certificate",
  title: "Certificate",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: hourMs, timeoutMs: 15_000, failureThreshold: 2, blindAfterMs: 3 * hourMs },
  address: hostPortSchema("port optional"),
  display: (address) => address,
  hostOf: (address) => parseHostPort(address)?.host,
  options: optionsSchema,
  metrics: certificateMetrics,
  create: (options, io) => ({
    run: (context) => {
      if (options.from === "files") return lookAtFiles(options, io, context);
      if (options.edges !== undefined) return lookAtEdges(options, options.edges, io, context);
      return new LookAtServer(options, io, context).observe();
    },
    async close() {},
  }),
});
