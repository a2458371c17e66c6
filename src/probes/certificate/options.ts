import { z } from "zod";
import { edgesSchema } from "../../core/edges/edges-options.ts";
import { ipFamilies } from "../../core/ports/resolver.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { expirySchema } from "../../core/tls/expiry.ts";
import { tlsSchema } from "../../core/tls/tls-options.ts";
import { starttlsProtocols } from "./starttls.ts";

const path = z.string().min(1).max(1000);
const serverOnly = ["starttls", "family", "connect_to", "tls", "matches_file", "edges"] as const;

/** Options of a certificate check. */
export const optionsSchema = z
  .strictObject({
    from: z
      .enum(["server", "files"])
      .default("server")
      .describe("Look at what a server presents, or at files on this machine."),
    starttls: z
      .enum(["none", ...starttlsProtocols])
      .optional()
      .describe("Protocol that is spoken before TLS begins; the port follows it where the target names none."),
    family: z.enum(ipFamilies).optional().describe("Address family to dial (default any)."),
    connect_to: z
      .string()
      .regex(/^[^/\s]+$/, "write a host name or an IP address, without a port")
      .optional()
      .describe("Dial this host in place of the target's and keep the target's name in TLS."),
    edges: edgesSchema({ traits: ["certificate"], compared: ["certificate"], timeout: "8s" })
      .optional()
      .describe("Look at every address of the name by itself; `{}` takes those that this machine is given."),
    tls: tlsSchema.optional().describe("How the server's certificate is judged, and who we are to it."),
    matches_file: path
      .meta({ "x-reads-file": true })
      .optional()
      .describe("File whose first certificate the server should present; another one is a warning."),
    files: z
      .array(path)
      .min(1)
      .max(50)
      .optional()
      .describe("With `from: files`: paths, globs or directories of PEM, DER or PKCS#12 files."),
    password: secretSchema.optional().describe("Password of the PKCS#12 files."),
    names: z.array(z.string().min(1)).max(50).default([]).describe("DNS names that the certificate must cover, too."),
    stapling: z
      .enum(["ignored", "judged", "required"])
      .default("judged")
      .describe("What a stapled OCSP answer means; `required`: its absence is a warning."),
    ...expirySchema.shape,
  })
  .refine(({ from, files }) => (from === "files") === (files !== undefined), {
    message: "from: files and files belong together: give both or none",
    path: ["files"],
  })
  .refine(({ edges, connect_to: fixed }) => edges === undefined || fixed === undefined, {
    message: "edges dials every address itself: name the host there, in place of connect_to",
    path: ["edges"],
  })
  .superRefine((options, context) => {
    if (options.from === "server") return;
    for (const key of serverOnly) {
      if (options[key] === undefined) continue;
      context.addIssue({
        code: "custom",
        path: [key],
        message: "asks for a server; it has no meaning with from: files",
      });
    }
  });

export type CertificateOptions = z.infer<typeof optionsSchema>;
