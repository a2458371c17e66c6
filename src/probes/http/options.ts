import { z } from "zod";
import { edgesSchema } from "../../core/edges/edges-options.ts";
import { authForms, methodSchema, type RequestOptions, requestOptions } from "../../core/http/request-options.ts";
import { sizeSchema } from "../../core/size.ts";
import { expirySchema } from "../../core/tls/expiry.ts";
import { expectSchema } from "./expect-schema.ts";
import { oauthSchema } from "./oauth-schema.ts";
import { stepProblems, stepsSchema, variablesSchema } from "./steps-schema.ts";

const connectTo = z
  .string()
  .regex(
    /^(?:\[[0-9a-fA-F:.]+\]|\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/,
    'write "ip:port", an IPv6 address in brackets: "[::1]:443"',
  );

/** Options of an http check. */
export const optionsSchema = z
  .strictObject({
    method: methodSchema.default("GET").describe("Request method."),
    headers: requestOptions.headers,
    body: z.string().optional().describe("Request body."),
    auth: z
      .discriminatedUnion("kind", [...authForms, oauthSchema])
      .optional()
      .describe("Credentials for the target; never sent to another origin."),
    tls: requestOptions.tls,
    certificate: expirySchema.prefault({}).describe("When to warn about expiry."),
    proxy: requestOptions.proxy,
    proxy_auth: requestOptions.proxy_auth,
    family: requestOptions.family,
    connect_to: connectTo.optional().describe("Dial this `ip:port` and keep the target's name in Host and TLS."),
    edges: edgesSchema({
      traits: ["certificate", "status", "body"],
      compared: ["certificate", "status"],
      timeout: "5s",
    })
      .optional()
      .describe("Look at every address of the name by itself; `{}` takes those that this machine is given."),
    follow_redirects: z.boolean().default(true).describe("`false` judges a redirect as the answer."),
    max_redirects: z.int().min(0).max(10).default(5).describe("More redirects than this are an outage."),
    compression: z
      .enum(["none", "gzip", "br", "deflate", "any"])
      .default("none")
      .describe("Content coding to ask for; what comes is unpacked in any case."),
    body_limit: sizeSchema({ minBytes: 1, maxBytes: 64 * 1024 ** 2 })
      .default(2 * 1024 ** 2)
      .describe("Read and unpack at most this much of the body (default 2MiB, at most 64MiB)."),
    traceparent: z
      .boolean()
      .default(false)
      .describe("Send a new W3C `traceparent` with each run, so that its requests are found in traces."),
    variables: variablesSchema.default({}).describe("Values for `{{name}}` in steps; they are shown nowhere."),
    steps: stepsSchema
      .optional()
      .describe("A journey: these requests one after another, in one session of cookies, judged as one."),
    expect: expectSchema
      .prefault({})
      .describe("What a good answer looks like; beside `steps` only `slower_than`, for the whole."),
  })
  .refine((options) => options.body === undefined || !["GET", "HEAD"].includes(options.method), {
    message: "GET and HEAD have no body; set method",
    path: ["body"],
  })
  .superRefine(({ expect, compression, headers, steps = [] }, context) => {
    const asked = [
      { path: ["expect"], expect, headers },
      ...steps.map((step, index) => ({
        path: ["steps", index, "expect"],
        expect: step.expect,
        headers: { ...headers, ...step.headers },
      })),
    ];
    for (const each of asked) {
      if (each.expect.compression === undefined || compression !== "none" || namesCoding(each.headers)) continue;
      const message = "nobody compresses unasked: set compression, too";
      context.addIssue({ code: "custom", path: [...each.path, "compression"], message });
    }
  })
  .refine((options) => options.proxy === undefined || options.connect_to === undefined, {
    message: "connect_to and proxy exclude each other",
    path: ["connect_to"],
  })
  .refine(
    ({ edges, proxy, connect_to: fixed }) => edges === undefined || (proxy === undefined && fixed === undefined),
    {
      message: "edges dials every address itself: leave out proxy and connect_to",
      path: ["edges"],
    },
  )
  .superRefine((options, context) => {
    for (const { path, message } of journeyProblems(options)) context.addIssue({ code: "custom", path, message });
  });

function namesCoding(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === "accept-encoding");
}

type Journeyed = Readonly<{
  method: string;
  body?: string | undefined;
  edges?: unknown;
  expect: z.output<typeof expectSchema>;
  steps?: z.output<typeof stepsSchema> | undefined;
  variables: z.output<typeof variablesSchema>;
}>;

const plainExpectations = JSON.stringify({ ...expectSchema.parse({}), slower_than: {} });

function journeyProblems(options: Journeyed): readonly Readonly<{ path: (string | number)[]; message: string }>[] {
  const { steps, method, body, edges, expect, variables } = options;
  if (steps === undefined) {
    return Object.keys(variables).length === 0
      ? []
      : [{ path: ["variables"], message: "variables are only for steps" }];
  }
  const own = (path: string) => ({ path: [path], message: "each step has its own" });
  return [
    ...(method === "GET" ? [] : [own("method")]),
    ...(body === undefined ? [] : [own("body")]),
    ...(JSON.stringify({ ...expect, slower_than: {} }) === plainExpectations ? [] : [own("expect")]),
    ...(edges === undefined ? [] : [{ path: ["edges"], message: "edges and steps exclude each other" }]),
    ...stepProblems({ steps, variables }),
  ];
}

/** Options as they are written; a token is still to be got. */
export type WrittenOptions = z.infer<typeof optionsSchema>;
/** Options of one run, with credentials that can be sent. */
export type HttpOptions = Omit<WrittenOptions, "auth"> & Pick<RequestOptions, "auth">;
