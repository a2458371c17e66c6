import type { Finding } from "../../core/finding.ts";
import type { JsonExpectation } from "./expect-schema.ts";

const down = (detail: string): Finding => ({ is: "down", reason: "json", phase: "transfer", detail });

/** Judges values of a JSON body by JSON Pointer; no expectation, no parsing. @see RFC 6901 */
export function judgeJson(
  expectations: Readonly<Record<string, JsonExpectation>>,
  text: string,
  cut: boolean,
): readonly Finding[] {
  const pointers = Object.entries(expectations);
  if (pointers.length === 0) return [];
  if (cut) return [down("the JSON body is longer than body_limit and was not read to its end")];
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return [down("the body is no JSON")];
  }
  return pointers.flatMap(([pointer, wanted]) => {
    const problem = problemAt(resolvePointer(document, pointer), wanted);
    return problem === undefined ? [] : [down(`${pointer === "" ? "the document" : pointer} ${problem}`)];
  });
}

function problemAt(value: unknown, wanted: JsonExpectation): string | undefined {
  if (!wanted.exists) return value === undefined ? undefined : `is there: ${shown(value)}`;
  if (value === undefined) return "is not there";
  if (wanted.equals !== undefined && value !== wanted.equals)
    return `is ${shown(value)}, expected ${shown(wanted.equals)}`;
  if (wanted.min === undefined && wanted.max === undefined) return undefined;
  if (typeof value !== "number") return `is ${shown(value)}, expected a number`;
  if (wanted.min !== undefined && value < wanted.min) return `is ${value}, expected at least ${wanted.min}`;
  return wanted.max !== undefined && value > wanted.max ? `is ${value}, expected at most ${wanted.max}` : undefined;
}

function resolvePointer(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
