import { Readable } from "node:stream";
import { fastifyRateLimit } from "@fastify/rate-limit";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import helmet from "helmet";
import type { Json } from "../core/json.ts";
import type { ListenerIdentity } from "../core/ports/listener-identity.ts";
import { answerOfError, bodyLimitBytes, limitAnswerTime, requestOf } from "./answering.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import { authorise } from "./authorisation.ts";
import { Guards } from "./guards.ts";
import { parseJsonBody } from "./json-body.ts";
import { answerPlainReads } from "./plain-reads/answer-plain-reads.ts";
import type { PushSubject } from "./push-tokens.ts";
import { type ApiAnswer, errorAnswer, notFound, type RouteSpec } from "./route-spec.ts";
import type { ListenerSettings, ServerSettings } from "./server-schema.ts";

const requestTimeoutMs = 15_000;
const keepAliveTimeoutMs = 65_000;
/** The door probes a thousand targets at once, and each scrape that waits has a connection of its own. */
const mostConnections = 1536;
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

/** Sets the headers that guard pages. Fastify's own plug-in for it keeps every request alive until the next full collection. */
const setPageHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  // Whoever puts a proxy or a lasting name before the daemon decides on this header; a browser forgets it only after months.
  strictTransportSecurity: false,
  xFrameOptions: { action: "deny" },
  referrerPolicy: { policy: "no-referrer" },
});

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
  const guards = new Guards(listener, server, dependencies.hostNames);
  addGuards(app, guards, server, dependencies);
  await app.register(fastifyRateLimit, { global: false, skipOnError: false });
  app.setNotFoundHandler((_, reply) => send(reply, notFound));
  app.setErrorHandler((error, request, reply) =>
    send(reply, answerOfError(error, request.routeOptions.url ?? "", dependencies)),
  );
  const served = table.filter((spec) => spec.surfaces.some((surface) => listener.serve.includes(surface)));
  for (const spec of served) addRoute(app, spec, dependencies);
  answerPlainReads(app.server, served, guards, dependencies);
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

function addGuards(app: FastifyInstance, guards: Guards, server: ServerSettings, dependencies: ApiDependencies): void {
  app.addHook("onRequest", (request, reply, next) => {
    const { spec } = request.routeOptions.config;
    reply.raw.on("close", limitAnswerTime(reply.raw, spec, dependencies.clock));
    if (spec?.readBy !== "programs") setPageHeaders(request.raw, reply.raw, () => {});
    reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
    const refusal = guards.refuse(request, spec) ?? authorise(request, server.lifecycle, dependencies);
    if (refusal === undefined) next();
    else send(reply, refusal);
  });
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
  const form = spec.body === "form" && typeof request.body === "string" ? request.body : "";
  return spec.handle(
    {
      ...requestOf(request),
      params: request.params as Record<string, string>,
      body,
      ...(spec.body === "form" ? { form: new URLSearchParams(form) } : {}),
      push: request.pushSubject,
    },
    dependencies,
  );
}

function send(reply: FastifyReply, { status, contentType, body, headers = {} }: ApiAnswer): FastifyReply {
  void reply.code(status).headers({ ...headers, "content-type": contentType });
  if (typeof body === "string") return reply.send(reply.request.method === "HEAD" ? "" : body);
  void reply.header("content-length", String(body.reduce((total, part) => total + part.length, 0)));
  return reply.send(reply.request.method === "HEAD" ? "" : Readable.from(body, { objectMode: false }));
}
