import type { Finding } from "../../core/checks/finding.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { httpDateMs } from "../../core/http/http-date.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Expectations } from "./expect-schema.ts";

/** Outages of a body that is too small or too large. */
export function judgeSize({ size }: Expectations, { body, cut }: HttpResponse): readonly Finding[] {
  const shown = cut ? `more than ${body.length}` : String(body.length);
  if (size.min !== undefined && body.length < size.min && !cut) {
    return [{ is: "down", reason: "too_small", detail: `the body has ${shown} bytes, expected at least ${size.min}` }];
  }
  if (size.max !== undefined && (body.length > size.max || cut)) {
    return [
      { is: "down", reason: "body_too_large", detail: `the body has ${shown} bytes, expected at most ${size.max}` },
    ];
  }
  return [];
}

/** Outages of an answer that is older than it may be, or does not say. */
export function judgeModified(
  { modified_within: wantedMs }: Expectations,
  { headers }: HttpResponse,
  nowMs: EpochMs,
): readonly Finding[] {
  if (wantedMs === undefined) return [];
  const written = headerOf(headers, "last-modified");
  const atMs = httpDateMs(written ?? "");
  if (atMs === undefined) {
    const is = written === undefined ? "is not there" : `is no HTTP date: "${escapeControls(written.slice(0, 120))}"`;
    return [{ is: "down", reason: "header", detail: `header last-modified ${is}` }];
  }
  const ageMs = nowMs - atMs;
  if (ageMs <= wantedMs) return [];
  const stepMs = ageMs < 3_600_000 ? 1000 : 60_000;
  const age = formatDuration(Math.floor(ageMs / stepMs) * stepMs);
  return [
    {
      is: "down",
      reason: "too_old",
      detail: `last modified ${age} ago (${written}), more than ${formatDuration(wantedMs)}`,
    },
  ];
}
