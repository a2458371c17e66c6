import { z } from "zod";
import { type ApiAnswer, errorAnswer } from "./route-spec.ts";

/** A moment as people send it; becomes epoch ms. */
export const momentSchema = z.iso
  .datetime({ offset: true, error: "write a time with its zone, such as 2026-11-26T18:00:00Z" })
  .transform((text) => Date.parse(text));

/** A moment as it stands in JSON: ISO 8601 in UTC, with milliseconds. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** What of a body does not fit its schema, all of it in one answer. */
export function invalidBody(error: z.ZodError): ApiAnswer {
  const faults = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  return errorAnswer(422, "invalid", faults.slice(0, 10).join("; "));
}
