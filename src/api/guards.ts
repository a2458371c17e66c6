import type { IncomingHttpHeaders } from "node:http";
import { AllowedHosts, type BodyHeaders, refuseBody, refuseForeignOrigin, refusePath } from "./request-guards.ts";
import { type ApiAnswer, notFound, type RouteSpec } from "./route-spec.ts";
import type { ListenerSettings, ServerSettings } from "./server-schema.ts";

/** What guards look at. */
export type RequestHead = Readonly<{ method: string; url: string; headers: IncomingHttpHeaders }>;

/** Decides by its head whether a request to a listener goes on to its handler. */
export class Guards {
  readonly #hosts: AllowedHosts;
  readonly #externalUrl: string | undefined;

  constructor(listener: ListenerSettings, server: ServerSettings, machineNames: readonly string[]) {
    this.#externalUrl = server.external_url;
    const external = server.external_url === undefined ? [] : [new URL(server.external_url).hostname];
    this.#hosts = new AllowedHosts([listener.listen.host, ...external, ...server.hosts, ...machineNames]);
  }

  /** The answer of a request that may not go on; a request without a route is one. */
  refuse({ method, url, headers }: RequestHead, spec: RouteSpec | undefined): ApiAnswer | undefined {
    const refusal = refusePath(url) ?? this.#hosts.refuse(headers.host);
    if (refusal !== undefined) return refusal;
    if (spec === undefined) return notFound;
    const reads = method === "GET" || method === "HEAD";
    if (reads) return refuseBody(spec.body === "ignored" ? "ignored" : "none", bodyHeaders(headers));
    const fetchSite: string | string[] | undefined = headers["sec-fetch-site"];
    const origin = { host: headers.host, origin: headers.origin, fetchSite: joined(fetchSite) };
    return refuseForeignOrigin(origin, this.#externalUrl) ?? refuseBody(spec.body, bodyHeaders(headers));
  }
}

function joined(header: string | string[] | undefined): string | undefined {
  return typeof header === "object" ? header.join(",") : header;
}

function bodyHeaders(headers: IncomingHttpHeaders): BodyHeaders {
  return {
    contentType: headers["content-type"],
    contentLength: headers["content-length"],
    transferEncoding: headers["transfer-encoding"],
    contentEncoding: headers["content-encoding"],
  };
}
