import { type ApiAnswer, errorAnswer, notFound, type RouteSpec } from "./route-spec.ts";

const longestPath = 1024;
const jsonType = /^application\/json(?:;\s*charset=utf-8)?$/i;
const formType = /^application\/x-www-form-urlencoded(?:;\s*charset=utf-8)?$/i;
const hostForm = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::\d{1,5})?$/;
const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Refuses paths with escapes, dots or backslashes: none of ours has any, and each has fooled a router before. */
export function refusePath(url: string): ApiAnswer | undefined {
  const path = url.split("?", 1)[0] ?? "";
  return path.length > longestPath || /[%\\]|\.\.|\/\/|[^\x21-\x7e]/.test(path) ? notFound : undefined;
}

/** The host names under which requests may come. */
export class AllowedHosts {
  readonly #names: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.#names = new Set(["localhost", ...names.map((name) => name.toLowerCase())]);
  }

  /** Refuses names that are not ours. An IP address is always ours: DNS rebinding, which this stops, needs a name. */
  refuse(header: string | undefined): ApiAnswer | undefined {
    const [, ipv6, name = ""] = hostForm.exec((header ?? "").toLowerCase()) ?? [];
    if (ipv6 !== undefined || ipv4.test(name) || this.#names.has(name.replace(/\.$/, ""))) return undefined;
    return errorAnswer(
      421,
      "host_not_allowed",
      "This host name is not one the daemon answers to. Add it to `server.hosts`, or use the address it listens on.",
    );
  }
}

export type OriginHeaders = Readonly<{
  host: string | undefined;
  origin: string | undefined;
  fetchSite: string | undefined;
}>;

/** Refuses requests that change something and come from a page of another site. */
export function refuseForeignOrigin(headers: OriginHeaders, externalUrl: string | undefined): ApiAnswer | undefined {
  const isForeignSite = headers.fetchSite !== undefined && !["same-origin", "none"].includes(headers.fetchSite);
  if (!isForeignSite && (headers.origin === undefined || isOurOrigin(headers.origin, headers.host, externalUrl))) {
    return undefined;
  }
  return errorAnswer(403, "foreign_origin", "A page of another site may not do this.");
}

function isOurOrigin(origin: string, host: string | undefined, externalUrl: string | undefined): boolean {
  if (externalUrl !== undefined && origin === new URL(externalUrl).origin) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

export type BodyHeaders = Readonly<{
  contentType: string | undefined;
  contentLength: string | undefined;
  transferEncoding: string | undefined;
  contentEncoding: string | undefined;
}>;

/** Refuses bodies that a route does not take, before one byte of them is read. */
export function refuseBody(wanted: RouteSpec["body"], headers: BodyHeaders): ApiAnswer | undefined {
  const hasBody = headers.transferEncoding !== undefined || Number(headers.contentLength ?? "0") !== 0;
  if (headers.contentEncoding !== undefined) {
    return errorAnswer(415, "content_encoding", "Send the body without a content encoding.");
  }
  if (wanted === "json" && !jsonType.test(headers.contentType ?? "")) {
    return errorAnswer(415, "content_type", "Send JSON with the header Content-Type: application/json.");
  }
  if (wanted === "form" && !formType.test(headers.contentType ?? "")) {
    return errorAnswer(
      415,
      "content_type",
      "Send a form with the header Content-Type: application/x-www-form-urlencoded.",
    );
  }
  return wanted === "none" && hasBody ? errorAnswer(400, "body", "This request takes no body.") : undefined;
}
