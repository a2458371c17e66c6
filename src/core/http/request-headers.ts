import type { HttpHeader } from "../ports/http-probing.ts";
import type { CookieJar } from "./cookies.ts";
import type { Hop } from "./redirect.ts";
import type { RequestOptions } from "./request-options.ts";

/**
 * Headers of one request, `further` before the check's own; credentials, and the check's own headers, go only where the
 * hop says that they may.
 */
export function requestHeaders(
  options: Pick<RequestOptions, "auth" | "headers">,
  further: readonly HttpHeader[],
  hop: Hop,
  cookies: CookieJar,
): readonly HttpHeader[] {
  const usual: readonly HttpHeader[] = [
    ["host", hop.url.host],
    ["user-agent", "Watchfire"],
    ["accept", "*/*"],
  ];
  const more: HttpHeader[] = [...further];
  const cookie = cookies.headerFor(hop.url);
  if (cookie !== undefined) more.push(["cookie", cookie]);
  if (hop.ownHeaders) {
    if (options.auth !== undefined) more.push(["authorization", authorizationOf(options.auth)]);
    for (const [name, value] of Object.entries(options.headers)) more.push([name.toLowerCase(), value]);
  }
  return more.length === 0 ? usual : [...new Map([...usual, ...more])];
}

function authorizationOf(auth: NonNullable<RequestOptions["auth"]>): string {
  if (auth.kind === "bearer") return `${auth.scheme ?? "Bearer"} ${auth.token.reveal()}`;
  return basic(auth.username, auth.password.reveal());
}

/** Value of an authorization header for user name and password. @see RFC 7617 */
export function basic(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCodePoint(...bytes))}`;
}
