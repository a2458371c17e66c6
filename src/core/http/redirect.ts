import type { Finding } from "../checks/finding.ts";
import type { HttpResponse } from "../ports/http-probing.ts";
import { escapeControls } from "../text/printable.ts";
import { headerOf } from "./header-of.ts";
import { shownValue } from "./secret-header.ts";

/** One request of a run; `ownHeaders` says whether the check's own headers and credentials may go along. */
export type Hop = Readonly<{ url: URL; method: string; body?: string; ownHeaders: boolean }>;

export type NextHop = Readonly<{ hop: Hop } | { finding: Finding } | { end: true }>;

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** True when the answer sends the client elsewhere. */
export function isRedirect(response: HttpResponse): boolean {
  return redirectStatuses.has(response.status) && headerOf(response.headers, "location") !== undefined;
}

/**
 * Says where an answer leads: nowhere, or to the next request. Only http and https are followed; another origin gets
 * neither credentials, cookies nor the check's own headers, and another host no request body.
 * @see RFC 9110 §15.4
 */
export function nextHop(hop: Hop, response: HttpResponse): NextHop {
  const location = headerOf(response.headers, "location");
  if (location === undefined || !redirectStatuses.has(response.status)) return { end: true };
  if (location.trim() === "") return refused("the redirect's Location is empty");
  if (!URL.canParse(location, hop.url.href))
    return refused(`the redirect leads to "${shown(location)}", which is no URL`);
  const url = new URL(location, hop.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return refused(
      `the redirect leads to ${shown(url.protocol)} "${shown(location)}"; only http and https are followed`,
    );
  }
  url.username = "";
  url.password = "";
  url.hash = "";
  const ownHeaders = hop.ownHeaders && url.origin === hop.url.origin;
  const becomesGet = response.status === 303 ? hop.method !== "HEAD" : response.status < 303 && hop.method === "POST";
  if (becomesGet) return { hop: { url, method: "GET", ownHeaders } };
  if (hop.body === undefined) return { hop: { url, method: hop.method, ownHeaders } };
  if (url.hostname !== hop.url.hostname)
    return refused(`the redirect would send the body to another host, ${shown(url.host)}`);
  return { hop: { url, method: hop.method, body: hop.body, ownHeaders } };
}

function refused(detail: string): NextHop {
  return { finding: { is: "down", reason: "redirects", phase: "processing", detail } };
}

function shown(text: string): string {
  return escapeControls(shownValue("location", text).slice(0, 200));
}
