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
  const faults = error.issues.map((issue) => {
    const { path } = issue;
    return path.length === 0 ? wordsOf(issue) : `${path.join(".")}: ${wordsOf(issue)}`;
  });
  return errorAnswer(422, "invalid", faults.slice(0, 10).join("; "));
}

const typeWords: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
};

/** Plain words in place of zod's own; what a schema says itself stays. */
function wordsOf(issue: z.core.$ZodIssue): string {
  const { message } = issue;
  if (!/^(?:Invalid|Unrecognized|Too) /.test(message)) return message;
  switch (issue.code) {
    case "invalid_type":
      if (message.endsWith("received undefined")) return "is missing";
      return `must be ${typeWords[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "unrecognized_keys":
      return `there is no ${issue.keys.map((key) => `"${key}"`).join(", ")} here`;
    case "invalid_format":
      return issue.format === "url" ? "is no URL" : message;
    case "too_big":
      return `is too long or too large: at most ${issue.maximum}`;
    case "too_small":
      return `is too short or too small: at least ${issue.minimum}`;
    default:
      return message;
  }
}
