import { Buffer } from "node:buffer";
import type { HttpHeader } from "../../core/ports/http-probing.ts";
import type { CookieJar } from "./cookies.ts";
import type { HttpOptions } from "./options.ts";
import type { Hop } from "./redirect.ts";

const codings = { none: undefined, gzip: "gzip", br: "br", deflate: "deflate", any: "gzip, deflate, br" } as const;

/** Headers of one request; credentials and the check's own headers go only where the hop says that they may. */
export function requestHeaders(options: HttpOptions, hop: Hop, cookies: CookieJar): readonly HttpHeader[] {
  const headers = new Map<string, string>([
    ["host", hop.url.host],
    ["user-agent", "Watchfire"],
    ["accept", "*/*"],
  ]);
  const coding = codings[options.compression];
  if (coding !== undefined) headers.set("accept-encoding", coding);
  const cookie = cookies.headerFor(hop.url);
  if (cookie !== undefined) headers.set("cookie", cookie);
  if (hop.ownHeaders) {
    if (options.auth !== undefined) headers.set("authorization", authorizationOf(options.auth));
    for (const [name, value] of Object.entries(options.headers)) headers.set(name.toLowerCase(), value);
  }
  return [...headers];
}

function authorizationOf(auth: NonNullable<HttpOptions["auth"]>): string {
  return auth.kind === "bearer" ? `Bearer ${auth.token.reveal()}` : basic(auth.username, auth.password.reveal());
}

/** Value of an authorization header for user name and password. @see RFC 7617 */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}
