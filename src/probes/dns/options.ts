import { z } from "zod";
import { canonicalType } from "../../core/dns/message.ts";
import { recordTypeSchema } from "../../core/dns/record-type.ts";
import { patternSchema } from "../../core/matching/pattern.ts";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { hostPortSchema } from "../../core/net/host-port.ts";
import { ipFamilies } from "../../core/ports/resolver.ts";
import { tlsSchema } from "../../core/tls/tls-options.ts";

export const rcodes = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"] as const;

const labels = /^(?:\.|(?=.{1,254}$)(?:[^.\s]{1,63}\.)*[^.\s]{1,63}\.?)$/;
const name = z
  .string()
  .regex(labels, "this is no DNS name; labels have 1 to 63 characters")
  .transform((text) => (/^[\x21-\x7e]*$/.test(text) ? text : (asciiOf(text) ?? text)))
  .refine((text) => /^[\x21-\x7e]*$/.test(text), "this name has no form in ASCII");
const patterns = z.array(patternSchema).max(20).default([]);

const sectionSchema = z.strictObject({
  all_match: patterns.describe("RE2 patterns that each record must match; there must be one."),
  any_matches: patterns.describe("RE2 patterns of which one must match one record."),
  none_match: patterns.describe("RE2 patterns that no record may match."),
});

/** Options of a dns check. */
export const optionsSchema = z
  .strictObject({
    name: name.describe("Name to ask for."),
    type: recordTypeSchema
      .transform(canonicalType)
      .default("A")
      .describe("Type of record to ask for, by its name or as `TYPE65280`."),
    transport: z
      .enum(["udp", "tcp", "tls", "https"])
      .default("udp")
      .describe("Plain, DNS over TLS (port 853) or DNS over HTTPS (port 443)."),
    path: z
      .string()
      .regex(/^\/[^\s?#]*$/, "a path begins with / and has no query")
      .optional()
      .describe("Path of DNS over HTTPS (default /dns-query)."),
    recurse: z.boolean().default(true).describe("Ask the server to find the answer elsewhere (the RD bit)."),
    dnssec: z.boolean().default(false).describe("Ask for signatures, too (the DO bit)."),
    family: z.enum(ipFamilies).default("any").describe("Address family to reach the server by."),
    tls: tlsSchema.optional().describe("How the server's certificate is judged, with tls and https."),
    expect: z
      .strictObject({
        rcodes: z.array(z.enum(rcodes)).min(1).default(["NOERROR"]).describe("Good response codes."),
        values: z
          .array(z.string().min(1))
          .max(100)
          .optional()
          .describe("Data of all records of the asked type, in any order: `192.0.2.1`, `10 mail.example.com.`."),
        min_answers: z.int().min(0).optional().describe("Fewest records in the answer (default 1 with NOERROR)."),
        authoritative: z.boolean().optional().describe("The server itself is responsible for the name (the AA bit)."),
        authenticated: z.boolean().optional().describe("The server has verified the signatures (the AD bit)."),
        answer: sectionSchema
          .prefault({})
          .describe("Records of the answer section as zone files write them, with tabs."),
        authority: sectionSchema.prefault({}).describe("Records of the authority section."),
        additional: sectionSchema.prefault({}).describe("Records of the additional section."),
        slower_than: slowerThanSchema.prefault({}).describe("Flaws of a slow answer."),
      })
      .prefault({})
      .describe("What a good answer looks like."),
    same_as: z
      .array(hostPortSchema("port optional"))
      .max(10)
      .default([])
      .describe("Further servers that must give the same answer, by the same transport."),
    serial_lag: z.int().min(0).default(0).describe("With type SOA: how far the serials of the servers may be apart."),
  })
  .refine(({ transport, path }) => path === undefined || transport === "https", {
    message: "only DNS over HTTPS has a path",
    path: ["path"],
  })
  .refine(({ transport, tls }) => tls === undefined || transport === "tls" || transport === "https", {
    message: "says nothing without TLS; set transport to tls or https",
    path: ["tls"],
  });

export type DnsOptions = z.infer<typeof optionsSchema>;
export type SectionExpectation = z.infer<typeof sectionSchema>;

function asciiOf(text: string): string | undefined {
  const ends = text.endsWith(".") ? "." : "";
  const host = ends === "" ? text : text.slice(0, -1);
  return /[/?#@\\:[\]]/.test(host) || !URL.canParse(`http://${host}/`)
    ? undefined
    : new URL(`http://${host}/`).hostname + ends;
}
