import { z } from "zod";
import { addressSchema } from "../../core/http/address.ts";
import { requestOptions } from "../../core/http/request-options.ts";
import { hostPortSchema } from "../../core/net/host-port.ts";
import { labelNameSchema } from "../../core/schema/name-schema.ts";
import { durationSchema } from "../../core/time/duration.ts";

const shortestRefreshMs = 1000;
const longestRefreshMs = 86_400_000;

const refreshSchema = (usual: string) =>
  durationSchema({ minMs: shortestRefreshMs, maxMs: longestRefreshMs }).prefault(usual);

const placing = {
  address: z
    .string()
    .min(1)
    .max(2000)
    .default("{address}")
    .describe("Template of a target: `{address}`, its `{host}` and `{port}`, and any `{label}` that the source gives."),
  labels: z
    .record(labelNameSchema, z.string().max(500))
    .default({})
    .describe("Labels of each target by template, beside those of the source; what comes out empty is left out."),
  limit: z
    .int()
    .min(1)
    .max(10_000)
    .default(1000)
    .describe("Watch at most so many; what is above is left out and told as trouble."),
  may_be_empty: z
    .boolean()
    .default(false)
    .describe("`true` believes a source that lists nothing; else that is a failure, and the last targets stay."),
};

const file = z.strictObject({
  kind: z.literal("file"),
  files: z
    .array(z.string().min(1))
    .min(1)
    .max(50)
    .describe("Files in Prometheus's form (`file_sd`, JSON or YAML), or globs; relative ones beside the config."),
  refresh: refreshSchema("5m").describe(
    "How often to look without being told; changes are seen at once where the file system tells them.",
  ),
  ...placing,
});

const http = z.strictObject({
  kind: z.literal("http"),
  url: addressSchema.describe("Answers with Prometheus's JSON of targets (`http_sd`)."),
  headers: requestOptions.headers,
  auth: requestOptions.auth,
  tls: requestOptions.tls,
  proxy: requestOptions.proxy,
  proxy_auth: requestOptions.proxy_auth,
  family: requestOptions.family,
  timeout: durationSchema({ minMs: 100, maxMs: 60_000 }).prefault("10s").describe("Deadline of one request."),
  refresh: refreshSchema("1m").describe("How often to ask."),
  ...placing,
});

const dns = z.strictObject({
  kind: z.literal("dns"),
  names: z.array(z.string().min(1).max(254)).min(1).max(50).describe("Names to ask for."),
  type: z.enum(["SRV", "A", "AAAA"]).default("SRV").describe("Records to ask for; SRV brings ports along."),
  port: z.int().min(1).max(65_535).optional().describe("Port of what A and AAAA records name."),
  servers: z
    .array(hostPortSchema("port optional"))
    .min(1)
    .max(5)
    .optional()
    .describe("Name servers to ask, by IP address; the machine's own when absent."),
  refresh: refreshSchema("30s").describe("How often to ask."),
  ...placing,
});

/** Where a check's targets come from. */
export const targetsFromSchema = z
  .discriminatedUnion("kind", [file, http, dns])
  .refine((source) => source.kind !== "dns" || source.type !== "SRV" || source.port === undefined, {
    message: "SRV records name the port themselves",
    path: ["port"],
  });

export type TargetsFrom = z.output<typeof targetsFromSchema>;
export type FileTargetsFrom = z.output<typeof file>;
export type HttpTargetsFrom = z.output<typeof http>;
export type DnsTargetsFrom = z.output<typeof dns>;

const placingKeys: ReadonlySet<string> = new Set(Object.keys(placing).concat("refresh", "timeout"));

/** Text that two sources have in common exactly when they list the same; how targets are made of it does not count. */
export function sourceIdentity(raw: unknown): string {
  const entries = Object.entries(typeof raw === "object" && raw !== null ? raw : {});
  return JSON.stringify(entries.filter(([key]) => !placingKeys.has(key)).sort(([a], [b]) => (a < b ? -1 : 1)));
}
