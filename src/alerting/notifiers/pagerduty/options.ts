import { z } from "zod";
import { proxyUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { baseUrlSchema, tokenSchema } from "../option-schemas.ts";

/** Options of the PagerDuty notifier. */
export const pagerdutyOptions = z.strictObject({
  routing_key: tokenSchema(
    /^[\w-]{32}$/,
    "write the integration key of an Events API v2 integration, which has 32 characters",
  ).describe("Integration key of the service's Events API v2 integration."),
  base_url: baseUrlSchema
    .default("https://events.pagerduty.com")
    .describe("Address of the Events API; `https://events.eu.pagerduty.com` for accounts in the EU."),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
});

export type PagerdutyOptions = z.output<typeof pagerdutyOptions>;
