import { z } from "zod";
import { secretSchema } from "../../../core/schema/secret-schema.ts";
import { proxyUrlSchema, secretUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { headerValueSchema, httpAuthSchema } from "../http-auth.ts";

const ownHeaders =
  /^(?:host|content-length|content-type|connection|transfer-encoding|te|trailer|upgrade|expect|keep-alive|authorization|idempotency-key|x-watchfire-.*)$/i;

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

const headers = z.record(z.string(), headerValueSchema).superRefine((record, context) => {
  for (const name of Object.keys(record)) {
    const problem = headerProblem(name);
    if (problem !== undefined) context.addIssue({ code: "custom", path: [name], message: problem });
  }
});

function headerProblem(name: string): string | undefined {
  if (!headerName.test(name)) return "this is no HTTP header name";
  return ownHeaders.test(name) ? "this header is set by the notifier itself; for credentials use `auth`" : undefined;
}

/** Options of the webhook notifier. */
export const webhookOptions = z.strictObject({
  url: secretUrlSchema.describe("Address that the payload is posted to."),
  body: z
    .enum(["alertmanager", "message"])
    .default("alertmanager")
    .describe(
      "What is posted: Alertmanager's payload (version 4), or `message`, JSON with the title, lines and links that a chat would get.",
    ),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
  secret: secretSchema
    .optional()
    .describe("Key of the HMAC-SHA256 signature in `X-Watchfire-Signature`; without it nothing is signed."),
  auth: httpAuthSchema.optional().describe("Credentials of the endpoint: `kind: bearer` or `kind: basic`."),
  headers: headers.default({}).describe("More request headers; their values are kept secret."),
  max_alerts: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe("Most alerts in one payload, the rest is counted in `truncatedAlerts`; 0 means no limit."),
});

export type WebhookOptions = z.output<typeof webhookOptions>;
