import { z } from "zod";
import { proxyUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { durationSchema } from "../../../core/time/duration.ts";
import { httpAuthSchema } from "../http-auth.ts";
import { baseUrlSchema } from "../option-schemas.ts";

/** Options of the Alertmanager notifier. */
export const alertmanagerOptions = z.strictObject({
  urls: z
    .array(baseUrlSchema)
    .min(1, "give the address of each Alertmanager of the cluster")
    .max(10)
    .transform((urls) => [...new Set(urls)])
    .describe("Base addresses of all members of the cluster, each of which is told; never a load balancer."),
  auth: httpAuthSchema.optional().describe("Credentials of all of them: `kind: bearer` or `kind: basic`."),
  expires_after: durationSchema({ minMs: 60_000, maxMs: 30 * 86_400_000 })
    .default(86_400_000)
    .describe(
      "An alert ends there by itself when it is not sent again for so long, `1d` where absent; longer than `repeat_interval` of the route.",
    ),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
});

export type AlertmanagerOptions = z.output<typeof alertmanagerOptions>;
