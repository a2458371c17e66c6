import { headerOf } from "../../core/http/header-of.ts";
import type { HttpHeader } from "../../core/ports/http-probing.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { CacheFacts } from "./outcome.ts";

const cacheHeaders = ["age", "x-cache", "cf-cache-status", "cf-ray", "eagleid", "x-cos-request-id", "via", "server"];
const resultHeaders = ["cf-cache-status", "x-cache", "x-cache-lookup"];

/** Reads what caches on the way put into an answer; Aliyun's `x-cache: HIT TCP_MEM_HIT …` and Tencent's `Cache Hit` too. */
export function cacheFacts(headers: readonly HttpHeader[]): CacheFacts {
  const age = headerOf(headers, "age")?.trim();
  const result = resultOf(headers);
  const lines = cacheHeaders.flatMap((name) => {
    const value = headerOf(headers, name);
    return value === undefined ? [] : [escapeControls(`${name}: ${value.slice(0, 120)}`)];
  });
  return {
    ...(age !== undefined && /^\d{1,10}$/.test(age) && { ageSeconds: Number(age) }),
    ...(result !== undefined && { result }),
    lines,
  };
}

function resultOf(headers: readonly HttpHeader[]): CacheFacts["result"] {
  for (const name of resultHeaders) {
    const value = headerOf(headers, name);
    if (value === undefined) continue;
    // One hit on the way is enough: the origin was not asked.
    if (/\b(?:hit|stale|revalidated|updating)\b|_hit\b/i.test(value)) return "hit";
    if (/\b(?:miss|expired|bypass|dynamic)\b|_miss\b/i.test(value)) return "miss";
  }
  return undefined;
}
