import { z } from "zod";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { proxyUrlSchema } from "../../core/schema/secret-url-schema.ts";
import { baseUrlSchema } from "./option-schemas.ts";
import { phoneOption } from "./phone.ts";

const hex32 = "[0-9a-fA-F]{32}";

/** Options that SMS and calls by Twilio share. */
export const twilioOptions = {
  account_sid: z
    .string()
    .regex(new RegExp(`^AC${hex32}$`), "write the account's SID, AC and 32 hex digits")
    .describe("SID of the account."),
  key: z
    .string()
    .regex(new RegExp(`^SK${hex32}$`), "write the key's SID, SK and 32 hex digits")
    .optional()
    .describe("SID of an API key that may do nothing but this; without it, `secret` is the account's own auth token."),
  secret: secretSchema.describe("Secret of the API key, else auth token of the account."),
  phone: phoneOption,
  base_url: baseUrlSchema
    .default("https://api.twilio.com")
    .describe("Address of the service; another one for a region or a gateway."),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
};
