import { httpDateMs } from "../../core/http/http-date.ts";
import type { EpochMs } from "../../core/time/time.ts";

const longestMs = 365 * 86_400_000;

/** Reads a Retry-After header, seconds or an HTTP date, as milliseconds from now; undefined when it is absent or says nothing. @see RFC 9110 §10.2.3 */
export function retryAfterMs(header: string | undefined, nowMs: EpochMs): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1000), longestMs);
  const atMs = httpDateMs(text);
  return atMs === undefined ? undefined : Math.min(Math.max(0, atMs - nowMs), longestMs);
}
