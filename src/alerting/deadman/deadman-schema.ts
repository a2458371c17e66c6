import { z } from "zod";
import { proxyUrlSchema, secretUrlSchema } from "../../core/schema/secret-url-schema.ts";
import type { Secret } from "../../core/secrets/secret.ts";
import { durationSchema } from "../../core/time/duration.ts";

/** The parsed section `deadman`. */
export type DeadmanSettings = Readonly<{ url: Secret; every: number; proxy?: Secret | undefined }>;

/** The section `deadman`: a watcher elsewhere that raises the alarm when our pings stop. */
export const deadmanSchema: z.ZodType<
  DeadmanSettings,
  Readonly<{ url: string; every?: string | undefined }>
> = z.strictObject({
  url: secretUrlSchema.describe("Address that is asked with GET while the daemon works; it is the secret."),
  every: durationSchema({ minMs: 10_000, maxMs: 86_400_000 })
    .default(60_000)
    .describe("Time between two pings; default 1m."),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
});
