import { messageOf } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import type { RequestHead } from "./guards.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, notFound, type RouteSpec } from "./route-spec.ts";

/** Most that a request may bring. */
export const bodyLimitBytes: number = 256 * 1024;
/** Time for an answer whose route says nothing else. */
export const answerDeadlineMs = 60_000;

/** What a handler learns of a request from its head. */
export function requestOf({ url, headers }: RequestHead): HeaderWords & Pick<ApiRequest, "query"> {
  return { query: queryOf(url), ...headerWords(headers) };
}

/** Parameters of an address: all behind its first question mark, since a target written by hand may have one, too. */
export function queryOf(url: string): URLSearchParams {
  const start = url.indexOf("?");
  return new URLSearchParams(start < 0 ? "" : url.slice(start + 1));
}

/** What a handler learns of a request from its headers. */
export type HeaderWords = Pick<ApiRequest, "accept" | "acceptsGzip" | "scrapeTimeout">;

/** Reads what handlers learn from headers. */
export function headerWords(headers: RequestHead["headers"]): HeaderWords {
  return {
    accept: headers.accept,
    acceptsGzip: acceptsGzip(headers["accept-encoding"]),
    scrapeTimeout: firstOf(headers["x-prometheus-scrape-timeout-seconds"]),
  };
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "object" ? header[0] : header;
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  if (header === undefined) return false;
  return String(header)
    .toLowerCase()
    .split(",")
    .some((coding) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(coding));
}

/**
 * Breaks an answer off that takes too long, by destroying its way; returns its cancellation. Node has no deadline for writing, and a
 * reader that takes a byte a second would hold its socket for days.
 */
export function limitAnswerTime(
  way: Readonly<{ destroy(): unknown }>,
  spec: RouteSpec | undefined,
  clock: Clock,
): () => void {
  const dueMs = clock.monotonicMs() + (spec?.answerWithinMs ?? answerDeadlineMs);
  let cancel: () => void = () => {};
  // A timer is cut to one minute.
  const look = (): void => {
    const leftMs = dueMs - clock.monotonicMs();
    if (leftMs <= 0) way.destroy();
    else cancel = clock.setTimer(leftMs, look);
  };
  look();
  return () => cancel();
}

const clientErrors: Readonly<Record<number, ApiAnswer>> = {
  400: errorAnswer(400, "bad_request", "The request cannot be read."),
  413: errorAnswer(413, "too_large", `The body is larger than ${bodyLimitBytes / 1024} KiB.`),
  414: notFound,
  415: errorAnswer(415, "content_type", "The content type does not fit."),
  429: errorAnswer(429, "too_many_requests", "Too many requests; try again in a moment."),
};

/** What the client learns of an error: its kind, never its text, which may hold paths and secrets. */
export function answerOfError(error: unknown, path: string, { log }: Pick<ApiDependencies, "log">): ApiAnswer {
  const status = (error as { statusCode?: unknown }).statusCode;
  const known = typeof status === "number" ? clientErrors[status] : undefined;
  if (known !== undefined) return known;
  log.error("request failed", { path, error: messageOf(error) });
  return errorAnswer(500, "internal", "Something went wrong here; the daemon's log says what.");
}
