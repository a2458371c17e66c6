import type { Finding } from "../../core/checks/finding.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
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
