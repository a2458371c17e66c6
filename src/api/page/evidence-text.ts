import type { Json } from "../../core/json.ts";

const longestText = 6000;
const mostListed = 40;

/** Evidence as people read it: a line for each fact, what is nested moved in; at most about 6 000 characters. */
export function evidenceText(evidence: Json): string {
  const text = linesOf(evidence, "").join("\n");
  return text.length <= longestText ? text : `${text.slice(0, longestText)} …`;
}

function linesOf(value: Json, indent: string): readonly string[] {
  if (value === null || typeof value !== "object")
    return String(value)
      .split("\n")
      .map((line) => indent + line);
  if (Array.isArray(value)) return value.slice(0, mostListed).flatMap((each: Json) => listed(each, indent));
  return Object.entries(value).flatMap(([name, part]) => named(name.replaceAll("_", " "), part, indent));
}

/** Members of a list stand one below another; those with parts of their own begin with a dash. */
function listed(value: Json, indent: string): readonly string[] {
  if (value === null || typeof value !== "object") return linesOf(value, indent);
  const [first = "", ...rest] = linesOf(value, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

function named(name: string, value: Json, indent: string): readonly string[] {
  const isPlain = value === null || typeof value !== "object";
  if (isPlain && !String(value).includes("\n")) return [`${indent}${name}: ${String(value)}`];
  const lines = linesOf(value, `${indent}  `);
  return lines.length === 0 ? [] : [`${indent}${name}:`, ...lines];
}
