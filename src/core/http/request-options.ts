import { z } from "zod";
import { ipFamilies } from "../ports/resolver.ts";
import { secretSchema } from "../schema/secret-schema.ts";
import { tlsSchema } from "../tls/tls-options.ts";

/** Credentials that are the same in every request. */
export const authForms = [
  z.strictObject({
    kind: z.literal("basic"),
    username: z.string().min(1).describe("User name."),
    password: secretSchema.describe("Password."),
  }),
  z.strictObject({
    kind: z.literal("bearer"),
    token: secretSchema.describe("Token sent after `Bearer`, or after `scheme`."),
    scheme: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "a scheme is one word, such as Token or ApiKey")
      .optional()
      .describe("Word before the token, for servers that want another than `Bearer`: Token, ApiKey …"),
  }),
] as const;
const authSchema = z.discriminatedUnion("kind", authForms);

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

/** Request methods that are spoken. */
export const methodSchema = z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

const proxySchema = z
  .string()
  .refine((text) => /^http:\/\//i.test(text) && URL.canParse(text), "a proxy is written as http://host:port")
  .refine(
    (text) => !URL.canParse(text) || new URL(text).username === "",
    "put the proxy's credentials into proxy_auth",
  );

/** Options of every probe that asks over HTTP: who asks, which way, and whom it trusts. */
export const requestOptions = {
  headers: z.record(headerName, headerValue).default({}).describe("Further request headers; they win over our own."),
  auth: authSchema.optional().describe("Credentials for the target; never sent to another origin."),
  tls: tlsSchema.prefault({}).describe("How the server's certificate is judged."),
  proxy: proxySchema.optional().describe("Proxy to go through: `http://host:port`."),
  proxy_auth: z
    .strictObject({
      username: z.string().min(1).describe("User name."),
      password: secretSchema.describe("Password."),
    })
    .optional()
    .describe("Credentials for the proxy."),
  family: z
    .enum(ipFamilies)
    .default("any")
    .describe("Address family to dial; `prefer_4` and `prefer_6` take the other where there is none."),
};

const requestSchema = z.strictObject(requestOptions);
export type RequestOptions = z.infer<typeof requestSchema>;
