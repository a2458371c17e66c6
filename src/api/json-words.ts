import { z } from "zod";
import { problemsOf } from "../core/schema/problems.ts";
import { wordsFor } from "../core/schema/words.ts";
import { type ApiAnswer, errorAnswer } from "./route-spec.ts";

const mostFaults = 10;

/** A moment as people send it; becomes epoch ms. */
export const momentSchema = z.iso
  .datetime({ offset: true, error: "write a time with its zone, such as 2026-11-26T18:00:00Z" })
  .transform((text) => Date.parse(text));

/** A moment as it stands in JSON: ISO 8601 in UTC, with milliseconds. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A body that fits its schema, or the answer that names what does not, all at once. */
export type ReadBody<T> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; answer: ApiAnswer }>;

/** Reads a body by its schema; what does not fit is told in the words in which a config is refused. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): ReadBody<T> {
  const parsed = schema.safeParse(body, { error: wordsFor() });
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = problemsOf(parsed.error.issues).map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  return { ok: false, answer: errorAnswer(422, "invalid", faults.slice(0, mostFaults).join("; ")) };
}
