import { z } from "zod";
import { requestOptions } from "../../core/http/request-options.ts";
import { hostPortSchema } from "../../core/net/host-port.ts";
import { durationSchema } from "../../core/time/duration.ts";

const url = z
  .string()
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), "write the whole address: https://host/path");

const day: z.ZodType<number, string> = z.string().transform((text, context) => {
  const atMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  context.addIssue({ code: "custom", message: `"${text.slice(0, 40)}" is no day; write it as 2027-05-31` });
  return z.NEVER;
});

/** Options of a domain check. */
export const optionsSchema = z
  .strictObject({
    lookup: z
      .enum(["auto", "rdap", "whois", "none"])
      .default("auto")
      .describe("`auto` asks RDAP, then WHOIS; `none` asks nobody and goes by `expires`."),
    expires: day.optional().describe("Day on which the domain ends, where no registry tells it: 2027-05-31."),
    warning: durationSchema({ minMs: 3_600_000 })
      .default(30 * 86_400_000)
      .describe("Warn below this rest (default 30d)."),
    critical: durationSchema({ minMs: 3_600_000 })
      .default(7 * 86_400_000)
      .describe("Critical below this rest (default 7d)."),
    name_servers: z
      .array(z.string().min(1).toLowerCase())
      .max(24)
      .optional()
      .describe("Name servers that the domain must have, no more and no less; without them a change is told once."),
    registrar: z.string().min(1).optional().describe("Text that the registrar's name must contain."),
    rdap_server: url.optional().describe("RDAP address of the registry, in place of IANA's list."),
    whois_server: hostPortSchema("port optional")
      .optional()
      .describe("WHOIS server of the registry, in place of the known one."),
    bootstrap: z
      .union([z.literal("bundled"), url])
      .default("https://data.iana.org/rdap/dns.json")
      .describe("Where the list of RDAP servers comes from once a week; `bundled`: only from Watchfire itself."),
    family: requestOptions.family,
    tls: requestOptions.tls,
    proxy: requestOptions.proxy.describe("Proxy for RDAP: `http://host:port`; WHOIS goes through none."),
    proxy_auth: requestOptions.proxy_auth,
  })
  .refine(({ warning, critical }) => critical <= warning, {
    message: "critical is later than warning: it must not be longer",
    path: ["critical"],
  })
  .refine(({ lookup, expires }) => lookup !== "none" || expires !== undefined, {
    message: "with lookup: none somebody must say when the domain ends; give expires",
    path: ["expires"],
  });

export type DomainOptions = z.infer<typeof optionsSchema>;
