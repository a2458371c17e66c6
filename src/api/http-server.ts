import { Readable } from "node:stream";
import { fastifyHelmet } from "@fastify/helmet";
import { fastifyRateLimit } from "@fastify/rate-limit";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { messageOf } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { ListenerIdentity } from "../core/ports/listener-identity.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import { authorise } from "./authorisation.ts";
import { parseJsonBody } from "./json-body.ts";
import type { PushSubject } from "./push-tokens.ts";
import { AllowedHosts, refuseBody, refuseForeignOrigin, refusePath } from "./request-guards.ts";
import { type ApiAnswer, errorAnswer, notFound, type RouteSpec } from "./route-spec.ts";
import type { ListenerSettings, ServerSettings } from "./server-schema.ts";

const bodyLimitBytes = 256 * 1024;
const requestTimeoutMs = 15_000;
const keepAliveTimeoutMs = 65_000;
const answerDeadlineMs = 60_000;
const mostConnections = 512;
const mostRequestsPerConnection = 10_000;
const longestHeadBytes = 16 * 1024;

/** Routes judge their input by zod: without compilers of its own, fastify loads two hundred modules less. */
const noSchemas = (): never => {
  throw new Error("no route has a schema of fastify's");
};

declare module "fastify" {
  interface FastifyContextConfig {
    spec?: RouteSpec;
  }
  interface FastifyRequest {
    /** Whose push token the path names. */
    pushSubject: PushSubject | undefined;
  }
}

const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** Builds the server of one listener: guards first, then the rows of the table that its surfaces allow. */
export async function buildHttpServer(
  listener: ListenerSettings & Readonly<{ identity?: ListenerIdentity | undefined }>,
  server: ServerSettings,
  dependencies: ApiDependencies,
  table: readonly RouteSpec[],
): Promise<FastifyInstance> {
  const app = fastify({
    ...(listener.identity && { https: tlsOptions(listener.identity) as unknown as null }),
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    maxRequestsPerSocket: mostRequestsPerConnection,
    forceCloseConnections: "idle",
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    routerOptions: { maxParamLength: 256, caseSensitive: true },
    http: { maxHeaderSize: longestHeadBytes, headersTimeout: requestTimeoutMs },
    frameworkErrors: (_, __, reply) => void send(reply, notFound),
  });
  app.server.maxConnections = mostConnections;
  app.decorateRequest("pushSubject", undefined);
  readBodies(app);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy,
    // Whoever puts a proxy or a lasting name before the daemon decides on this header; a browser forgets it only after months.
    strictTransportSecurity: false,
    xFrameOptions: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
  });
  addGuards(app, listener, server, dependencies);
  await app.register(fastifyRateLimit, { global: false, skipOnError: false });
  app.setNotFoundHandler((_, reply) => send(reply, notFound));
  app.setErrorHandler((error, request, reply) => send(reply, answerOfError(error, request, dependencies)));
  for (const spec of table) {
    if (spec.surfaces.some((surface) => listener.serve.includes(surface))) addRoute(app, spec, dependencies);
  }
  return app;
}

/** A server asks for client certificates from its first connection on, or never. */
function tlsOptions(identity: ListenerIdentity) {
  const wantsClients = identity.ca !== undefined;
  return {
    ...contextOptions(identity),
    maxHeaderSize: longestHeadBytes,
    headersTimeout: requestTimeoutMs,
    handshakeTimeout: requestTimeoutMs,
    requestCert: wantsClients,
    rejectUnauthorized: wantsClients,
  };
}

function contextOptions({ cert, key, ca }: ListenerIdentity) {
  return { cert, key, ...(ca !== undefined && { ca }), minVersion: "TLSv1.2" as const };
}

/** Hands a listener that speaks TLS what it shows from now on. */
export function renewIdentity(app: FastifyInstance | undefined, identity: ListenerIdentity): void {
  if (app !== undefined && "setSecureContext" in app.server) {
    (app.server as unknown as { setSecureContext(options: object): void }).setSecureContext(contextOptions(identity));
  }
}

// One reader for every content type; whether the type fits was decided before, so no type slips past a check.
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => done(null, body));
}

function addGuards(
  app: FastifyInstance,
  listener: ListenerSettings,
  server: ServerSettings,
  dependencies: ApiDependencies,
): void {
  const external = server.external_url === undefined ? [] : [new URL(server.external_url).hostname];
  const hosts = new AllowedHosts([listener.listen.host, ...external, ...server.hosts, ...dependencies.hostNames]);
  app.addHook("onRequest", async (request, reply) => {
    limitAnswerTime(reply, request.routeOptions.config.spec?.answerWithinMs ?? answerDeadlineMs, dependencies);
    reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
    const refusal = guard(request, hosts, server.external_url) ?? authorise(request, server.lifecycle, dependencies);
    if (refusal !== undefined) return send(reply, refusal);
  });
}

function guard(request: FastifyRequest, hosts: AllowedHosts, externalUrl: string | undefined): ApiAnswer | undefined {
  const { headers, method } = request;
  const refusal = refusePath(request.url) ?? hosts.refuse(headers.host);
  if (refusal !== undefined) return refusal;
  const spec = request.routeOptions.config.spec;
  if (spec === undefined) return notFound;
  const reads = method === "GET" || method === "HEAD";
  if (reads) return refuseBody(spec.body === "ignored" ? "ignored" : "none", bodyHeaders(request));
  const origin = { host: headers.host, origin: headers.origin, fetchSite: headers["sec-fetch-site"] };
  return (
    refuseForeignOrigin({ ...origin, fetchSite: fetchSiteOf(origin.fetchSite) }, externalUrl) ??
    refuseBody(spec.body, bodyHeaders(request))
  );
}

function fetchSiteOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "object" ? header.join(",") : header;
}

function bodyHeaders({ headers }: FastifyRequest) {
  return {
    contentType: headers["content-type"],
    contentLength: headers["content-length"],
    transferEncoding: headers["transfer-encoding"],
    contentEncoding: headers["content-encoding"],
  };
}

// Node has no deadline for writing: a reader that takes a byte a second would hold its socket for days.
function limitAnswerTime(reply: FastifyReply, withinMs: number, { clock }: ApiDependencies): void {
  const cancel = clock.setTimer(withinMs, () => reply.raw.destroy());
  reply.raw.once("close", cancel);
}

function addRoute(app: FastifyInstance, spec: RouteSpec, dependencies: ApiDependencies): void {
  const rateLimit =
    spec.limit === undefined
      ? {}
      : {
          rateLimit: {
            max: spec.limit.count,
            timeWindow: spec.limit.perMs,
            keyGenerator: ({ pushSubject, ip }: FastifyRequest) =>
              pushSubject === undefined ? ip : `${pushSubject.check}\n${pushSubject.target ?? ""}`,
          },
        };
  app.route({
    method: [...spec.methods],
    url: spec.path,
    config: { spec, ...rateLimit },
    ...(spec.readBy === "programs" ? { helmet: false } : {}),
    async handler(request, reply) {
      return send(reply, await answer(request, spec, dependencies));
    },
  });
}

async function answer(request: FastifyRequest, spec: RouteSpec, dependencies: ApiDependencies): Promise<ApiAnswer> {
  let body: Json | undefined;
  if (spec.body === "json") {
    const parsed = parseJsonBody(typeof request.body === "string" ? request.body : "");
    if (!parsed.ok) return errorAnswer(400, "body", parsed.message);
    body = parsed.value;
  }
  const { headers } = request;
  return spec.handle(
    {
      params: request.params as Record<string, string>,
      query: new URLSearchParams(request.url.split("?", 2)[1] ?? ""),
      accept: headers.accept,
      acceptsGzip: acceptsGzip(headers["accept-encoding"]),
      scrapeTimeout: firstOf(headers["x-prometheus-scrape-timeout-seconds"]),
      body,
      ...(spec.body === "form"
        ? { form: new URLSearchParams(typeof request.body === "string" ? request.body : "") }
        : {}),
      push: request.pushSubject,
    },
    dependencies,
  );
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "object" ? header[0] : header;
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? "")
    .toLowerCase()
    .split(",")
    .some((coding) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(coding));
}

function send(reply: FastifyReply, { status, contentType, body, headers = {} }: ApiAnswer): FastifyReply {
  void reply.code(status).headers({ ...headers, "content-type": contentType });
  if (typeof body === "string") return reply.send(reply.request.method === "HEAD" ? "" : body);
  void reply.header("content-length", String(body.reduce((total, part) => total + part.length, 0)));
  return reply.send(reply.request.method === "HEAD" ? "" : Readable.from(body, { objectMode: false }));
}

const clientErrors: Readonly<Record<number, ApiAnswer>> = {
  400: errorAnswer(400, "bad_request", "The request cannot be read."),
  413: errorAnswer(413, "too_large", `The body is larger than ${bodyLimitBytes / 1024} KiB.`),
  414: notFound,
  415: errorAnswer(415, "content_type", "The content type does not fit."),
  429: errorAnswer(429, "too_many_requests", "Too many requests; try again in a moment."),
};

/** What the client learns of an error: its kind, never its text, which may hold paths and secrets. */
function answerOfError(error: unknown, request: FastifyRequest, { log }: ApiDependencies): ApiAnswer {
  const status = (error as { statusCode?: unknown }).statusCode;
  const known = typeof status === "number" ? clientErrors[status] : undefined;
  if (known !== undefined) return known;
  log.error("request failed", { path: request.routeOptions.url ?? "", error: messageOf(error) });
  return errorAnswer(500, "internal", "Something went wrong here; the daemon's log says what.");
}
