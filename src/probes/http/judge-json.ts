import type { Finding } from "../../core/checks/finding.ts";
import { readJson } from "../../core/jsonpath/read-json.ts";
import type { Expectations, JsonExpectation, PathExpectation } from "./expect-schema.ts";

const down = (detail: string): Finding => ({ is: "down", reason: "json", phase: "transfer", detail });

/** Judges values of a JSON body by JSON Pointer and JSONPath; no expectation, no parsing. @see RFC 6901 @see RFC 9535 */
export function judgeJson(
  expect: Pick<Expectations, "json" | "json_path">,
  text: string,
  cut: boolean,
): readonly Finding[] {
  const pointers = Object.entries(expect.json);
  if (pointers.length === 0 && expect.json_path.length === 0) return [];
  if (cut) return [down("the JSON body is longer than body_limit and was not read to its end")];
  const read = readJson(text);
  if (!read.ok) return [down(`the body ${read.problem}`)];
  const byPointer = pointers.flatMap(([pointer, wanted]) => {
    const problem = problemAt(resolvePointer(read.document, pointer), wanted);
    return problem === undefined ? [] : [down(`${pointer === "" ? "the document" : pointer} ${problem}`)];
  });
  return [...byPointer, ...expect.json_path.flatMap((each) => judgePath(each, read.document))];
}

/** The first value that does not fit speaks for its path. */
function judgePath({ path, wanted }: PathExpectation, document: unknown): readonly Finding[] {
  const selected = path.select(document);
  if ("problem" in selected) return [down(`${path.source}: ${selected.problem}`)];
  const { nodes } = selected;
  const { count, ...each } = wanted;
  if (count !== undefined && nodes.length !== count) {
    return [down(`${path.source} finds ${nodes.length} values, expected ${count}`)];
  }
  if (count === 0) return [];
  if (nodes.length === 0) return each.exists ? [down(`${path.source} finds nothing`)] : [];
  for (const node of nodes) {
    const problem = problemAt(node.value, each);
    if (problem !== undefined) return [down(`${node.path} ${problem}`)];
  }
  return [];
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
