import { z } from "zod";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { ipFamilies } from "../../core/ports/resolver.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { expirySchema } from "../../core/tls/expiry.ts";
import { tlsSchema } from "../../core/tls/tls-options.ts";

const reserved =
  /^(?:grpc-.*|:.*|content-type|te|host|connection|keep-alive|proxy-connection|transfer-encoding|upgrade|http2-settings)$/;

const metadataName = z
  .string()
  .regex(/^[0-9a-z_.-]{1,100}$/, "names are lower case: a-z, 0-9, _, - and .")
  .refine((name) => !reserved.test(name), "this name belongs to gRPC or HTTP/2 itself");

/** Options of a grpc check. */
export const optionsSchema = z
  .strictObject({
    grpc_service: z
      .string()
      .max(500)
      .default("")
      .describe("Service that is asked about; empty: the server as a whole."),
    family: z.enum(ipFamilies).default("any").describe("Address family to dial."),
    encryption: z.enum(["none", "tls"]).default("none").describe("`tls` begins TLS as soon as the connection stands."),
    tls: tlsSchema.optional().describe("How the server's certificate is judged, where TLS is spoken."),
    certificate: expirySchema.optional().describe("When to warn about expiry, where TLS is spoken."),
    metadata: z
      .record(metadataName, z.union([secretSchema, z.array(secretSchema).min(1).max(20)]))
      .default({})
      .describe("Metadata to send, such as tokens; never shown. Values of names that end in `-bin` are sent as bytes."),
    slower_than: slowerThanSchema.prefault({}).describe("Flaws of a slow run."),
  })
  .refine(
    ({ encryption, tls, certificate }) => encryption === "tls" || (tls === undefined && certificate === undefined),
    { message: "tls and certificate say nothing without TLS; add encryption: tls" },
  );

export type GrpcOptions = z.infer<typeof optionsSchema>;
