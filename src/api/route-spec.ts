import type { Json } from "../core/json.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import type { PushSubject } from "./push-tokens.ts";
import type { Surface } from "./server-schema.ts";

/**
 * Who may call a route: anybody (`none`); who holds the admin token; who holds it or anybody once `server.lifecycle` is on
 * (`lifecycle`); nobody unless it is on (`lifecycle_only`); who knows the token of a push check (`push`); who has the signed
 * link of a message, which its handler reads (`link`).
 */
export type RouteAuth = "none" | "admin" | "lifecycle" | "lifecycle_only" | "push" | "pipeline" | "link";

/** One request as a handler sees it, after the guards. */
export type ApiRequest = Readonly<{
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  accept: string | undefined;
  acceptsGzip: boolean;
  /** Seconds for which Prometheus waits, as it says itself. */
  scrapeTimeout: string | undefined;
  /** Parsed body of a `json` route. */
  body: Json | undefined;
  /** Fields of a `form` route's body. */
  form?: URLSearchParams;
  /** Whose push token the path names; only on `push` routes. */
  push: PushSubject | undefined;
}>;

/** What a handler answers; a body in parts is never copied per client. */
export type ApiAnswer = Readonly<{
  status: number;
  contentType: string;
  body: string | readonly Buffer[];
  headers?: Readonly<Record<string, string>>;
}>;

/** One row of the route table; what has no row is not served. */
export type RouteSpec = Readonly<{
  methods: readonly ("GET" | "HEAD" | "POST" | "DELETE")[];
  path: string;
  surfaces: readonly Surface[];
  auth: RouteAuth;
  /** `json`, `form`: exactly that content type; `ignored`: anything small, unread; `none`: a body is refused. */
  body: "none" | "json" | "form" | "ignored";
  /** Most requests, per push token or client address. */
  limit?: Readonly<{ count: number; perMs: number }>;
  /** Programs ask often and show nothing: their answers go without the headers that guard pages, and plain requests are answered before Node's server reads them where nothing but the guards decides. */
  readBy?: "programs";
  /** Time after which an answer is broken off; a minute where it says nothing. */
  answerWithinMs?: number;
  handle(request: ApiRequest, dependencies: ApiDependencies): ApiAnswer | Promise<ApiAnswer>;
}>;

/** A JSON answer. */
export function jsonAnswer(status: number, body: unknown): ApiAnswer {
  return { status, contentType: "application/json; charset=utf-8", body: `${JSON.stringify(body)}\n` };
}

/** A one-line text answer. */
export function textAnswer(status: number, text: string): ApiAnswer {
  return { status, contentType: "text/plain; charset=utf-8", body: `${text}\n` };
}

/** The uniform answer for what went wrong with a request. */
export function errorAnswer(status: number, code: string, message: string): ApiAnswer {
  return jsonAnswer(status, { error: { code, message } });
}

/** The one answer for everything that is not there, so that nobody learns what is. */
export const notFound: ApiAnswer = errorAnswer(404, "not_found", "There is nothing at this address.");
