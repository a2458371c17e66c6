import { z } from "zod";
import { addressWithCredentialsIn } from "../../../core/http/address.ts";
import { requestOptions } from "../../../core/http/request-options.ts";
import { secretSchema } from "../../../core/schema/secret-schema.ts";

/** Where objects are stored and who asks for their list. */
export const s3Schema = z.strictObject({
  endpoint: addressWithCredentialsIn("access_key and secret_key")
    .refine((url) => new URL(url).search === "", "the address of a store has no query")
    .describe("Address of the store: `https://s3.eu-central-1.amazonaws.com`, `https://minio.internal:9000`."),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, "a region is letters, digits and -")
    .default("us-east-1")
    .describe("Region that is signed; many stores take any."),
  access_key: z
    .string()
    .regex(/^[\w.-]{1,128}$/, "an access key is letters, digits and . _ -")
    .describe("Id of the access key; it needs the right to list the bucket and no other."),
  secret_key: secretSchema.describe("Secret of the access key."),
  session_token: secretSchema.optional().describe("Token of temporary credentials."),
  addressing: z
    .enum(["path", "host"])
    .default("path")
    .describe("`path` asks for `endpoint/bucket`, `host` for `bucket.endpoint`, as Aliyun OSS wants it."),
  tls: requestOptions.tls,
  proxy: requestOptions.proxy,
  proxy_auth: requestOptions.proxy_auth,
  family: requestOptions.family,
});

export type S3Options = z.output<typeof s3Schema>;
