import { z } from "zod";
import { type TlsTrust, tlsVersions } from "../ports/tls.ts";
import { namedFileSchema } from "../schema/named-file-schema.ts";

/** How a TLS peer is judged, and who we are to it. */
export const tlsSchema = z
  .strictObject({
    ca: namedFileSchema.optional().describe("PEM file with the only roots to trust, in place of the well-known ones."),
    certificate: namedFileSchema
      .optional()
      .describe("PEM file with our own certificate, for servers that ask for one."),
    key: namedFileSchema.optional().describe("PEM file with the key of `certificate`."),
    server_name: z
      .string()
      .min(1)
      .optional()
      .describe("Name to ask for and to verify, when it is not the target's host."),
    verify: z.boolean().default(true).describe("`false` accepts any certificate; its facts are still recorded."),
    min_version: z.enum(tlsVersions).default("1.2").describe("Oldest TLS version that is accepted."),
    post_quantum: z
      .boolean()
      .default(false)
      .describe(
        "`true` offers the hybrid key exchange X25519MLKEM768 first, as browsers do: a longer hello and about a fifth more CPU per handshake.",
      ),
  })
  .refine((tls) => (tls.certificate === undefined) === (tls.key === undefined), {
    message: "certificate and key belong together: give both or none",
  });

export type TlsOptions = z.infer<typeof tlsSchema>;

/** What the options say about trust. Our own certificate is a credential: it is left out where it must not go. */
export function trustOf(options: TlsOptions, withCredentials = true): TlsTrust {
  const { ca, certificate, key, min_version: minVersion, post_quantum: postQuantum, verify } = options;
  return {
    minVersion,
    postQuantum,
    verify,
    ...(ca !== undefined && { caPath: ca }),
    ...(withCredentials && certificate !== undefined && { certificatePath: certificate }),
    ...(withCredentials && key !== undefined && { keyPath: key }),
  };
}
