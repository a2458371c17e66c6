import { z } from "zod";
import { addressWithCredentialsIn } from "../../core/http/address.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { tlsSchema } from "../../core/tls/tls-options.ts";

/** How a check gets access tokens by client credentials. */
export const oauthSchema = z.strictObject({
  kind: z.literal("oauth2"),
  token_url: addressWithCredentialsIn("client_id and client_secret").describe(
    "Token endpoint; asked by client credentials, with `ca`, proxy and family of the check.",
  ),
  client_id: z.string().min(1).describe("Client id."),
  client_secret: secretSchema.describe("Client secret."),
  scopes: z.array(z.string().min(1)).default([]).describe("Scopes to ask for."),
  parameters: z.record(z.string().min(1), z.string()).default({}).describe("Further parameters, such as `audience`."),
  send: z
    .enum(["header", "body", "any"])
    .default("header")
    .describe(
      "Where id and secret are sent: in a Basic header, in the body for servers that want it so, or (`any`) there when the header is refused.",
    ),
  tls: tlsSchema.optional().describe("How the endpoint's certificate is judged; when absent by `ca` of the check."),
});

export type OauthOptions = z.output<typeof oauthSchema>;
