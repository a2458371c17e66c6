import { z } from "zod";
import { durationSchema } from "../../core/duration.ts";
import { tlsVersions } from "../../core/ports/http-probing.ts";
import { ipFamilies } from "../../core/ports/resolver.ts";
import { secretSchema } from "../../core/secret-schema.ts";
import { sizeSchema } from "../../core/size.ts";
import { expectSchema } from "./expect-schema.ts";

const authSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("basic"),
    username: z.string().min(1).describe("User name."),
    password: secretSchema.describe("Password."),
  }),
  z.strictObject({ kind: z.literal("bearer"), token: secretSchema.describe("Token sent after `Bearer`.") }),
]);

const tlsSchema = z
  .strictObject({
    ca: z
      .string()
      .min(1)
      .optional()
      .describe("PEM file with the only roots to trust, in place of the well-known ones."),
    certificate: z
      .string()
      .min(1)
      .optional()
      .describe("PEM file with our own certificate, for servers that ask for one."),
    key: z.string().min(1).optional().describe("PEM file with the key of `certificate`."),
    server_name: z
      .string()
      .min(1)
      .optional()
      .describe("Name to ask for and to verify, when it is not the target's host."),
    verify: z.boolean().default(true).describe("`false` accepts any certificate; its facts are still recorded."),
    min_version: z.enum(tlsVersions).default("1.2").describe("Oldest TLS version that is accepted."),
  })
  .refine((tls) => (tls.certificate === undefined) === (tls.key === undefined), {
    message: "certificate and key belong together: give both or none",
  });

const certificateSchema = z.strictObject({
  expiry: z
    .enum(["lifetime", "off"])
    .default("lifetime")
    .describe("`lifetime` warns by the certificate's own lifetime; `off` says nothing about expiry."),
  warning: durationSchema({ minMs: 60_000 })
    .optional()
    .describe("Warn below this rest of life, instead of 25 % of the lifetime (at most 21d)."),
  critical: durationSchema({ minMs: 60_000 })
    .optional()
    .describe("Critical below this rest of life, instead of 10 % of the lifetime (at most 7d)."),
});

/** Set by the exchange itself; another value would change how the answer is read. */
const framingHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "this is no header name")
  .refine((name) => !framingHeaders.has(name.toLowerCase()), "this header is set by the probe itself");
const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "a header value has no line ends and only Latin-1 characters");

const connectTo = z
  .string()
  .regex(
    /^(?:\[[0-9a-fA-F:.]+\]|\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/,
    'write "ip:port", an IPv6 address in brackets: "[::1]:443"',
  );

const proxySchema = z
  .string()
  .refine((text) => /^http:\/\//i.test(text) && URL.canParse(text), "a proxy is written as http://host:port")
  .refine(
    (text) => !URL.canParse(text) || new URL(text).username === "",
    "put the proxy's credentials into proxy_auth",
  );

/** Options of an http check. */
export const optionsSchema = z
  .strictObject({
    method: z
      .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
      .default("GET")
      .describe("Request method."),
    headers: z.record(headerName, headerValue).default({}).describe("Further request headers; they win over our own."),
    body: z.string().optional().describe("Request body."),
    auth: authSchema.optional().describe("Credentials for the target; never sent to another origin."),
    tls: tlsSchema.prefault({}).describe("How the server's certificate is judged."),
    certificate: certificateSchema.prefault({}).describe("When to warn about expiry."),
    proxy: proxySchema.optional().describe("Proxy to go through: `http://host:port`."),
    proxy_auth: z
      .strictObject({
        username: z.string().min(1).describe("User name."),
        password: secretSchema.describe("Password."),
      })
      .optional()
      .describe("Credentials for the proxy."),
    family: z.enum(ipFamilies).default("any").describe("Address family to dial."),
    connect_to: connectTo.optional().describe("Dial this `ip:port` and keep the target's name in Host and TLS."),
    follow_redirects: z.boolean().default(true).describe("`false` judges a redirect as the answer."),
    max_redirects: z.int().min(0).max(10).default(5).describe("More redirects than this are an outage."),
    compression: z
      .enum(["none", "gzip", "br", "deflate", "any"])
      .default("none")
      .describe("Content coding to ask for; what comes is unpacked in any case."),
    body_limit: sizeSchema({ minBytes: 1, maxBytes: 64 * 1024 ** 2 })
      .default(2 * 1024 ** 2)
      .describe("Read and unpack at most this much of the body (default 2MiB, at most 64MiB)."),
    expect: expectSchema.prefault({}).describe("What a good answer looks like."),
  })
  .refine((options) => options.body === undefined || !["GET", "HEAD"].includes(options.method), {
    message: "GET and HEAD have no body; set method",
    path: ["body"],
  })
  .refine((options) => options.proxy === undefined || options.connect_to === undefined, {
    message: "connect_to and proxy exclude each other",
    path: ["connect_to"],
  });

export type HttpOptions = z.infer<typeof optionsSchema>;
