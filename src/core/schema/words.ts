import { z } from "zod";
import { unknownOf } from "./unknown-name.ts";

const mostNamedKeys = 6;

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const typeWords: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a map",
  record: "a map",
  array: "a list",
  tuple: "a list",
};

/**
 * Words for what does not fit, instead of zod's own; messages that a schema brings along stay. For `unrecognized_keys` the
 * message is the known keys, one a line: `problemsOf` makes one problem of each unknown key. `writtenOf` gives the text to
 * show instead of an interpolated value.
 */
export function wordsFor(writtenOf: WrittenOf = () => undefined): z.core.$ZodErrorMap {
  return (issue) => messageOf(issue, isSecret(issue) ? () => "" : writtenOf);
}

type WrittenOf = (input: unknown) => string | undefined;

function isSecret(issue: RawIssue): boolean {
  return issue.inst instanceof z.ZodType && z.globalRegistry.get(issue.inst)?.["writeOnly"] === true;
}

function messageOf(issue: RawIssue, writtenOf: WrittenOf): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return typeMessage(issue.expected, issue, writtenOf);
    case "invalid_value":
      return valueMessage(issue.values.map(String), issue, writtenOf);
    case "unrecognized_keys":
      return (issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : []).join("\n");
    case "invalid_union":
      return discriminatorMessage(issue);
    case "too_small":
      return boundMessage(
        issue,
        ["at least", issue.inclusive === false ? "more than" : "at least"],
        issue.minimum,
        writtenOf,
      );
    case "too_big":
      return boundMessage(
        issue,
        ["at most", issue.inclusive === false ? "less than" : "at most"],
        issue.maximum,
        writtenOf,
      );
    case "invalid_format":
      return `${shown(issue.input, writtenOf)} is no ${formatWord(issue.format)}`;
    default:
      return undefined;
  }
}

function typeMessage(expected: string, issue: RawIssue, writtenOf: WrittenOf): string {
  const word = `${typeWords[expected] ?? expected}${examplesOf(issue)}${keysOf(issue)}`;
  if (issue.input === undefined) return `is missing; it must be ${word}`;
  const quotes =
    expected === "string" &&
    (typeof issue.input === "number" || typeof issue.input === "boolean") &&
    examplesOf(issue) === ""
      ? "; put it in quotes"
      : "";
  return `must be ${word}, not ${described(issue.input, writtenOf)}${quotes}`;
}

function valueMessage(values: readonly string[], issue: RawIssue, writtenOf: WrittenOf): string {
  const listed = values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(", ")}`;
  return issue.input === undefined ? `is missing; it ${listed}` : `${listed}, not ${described(issue.input, writtenOf)}`;
}

function discriminatorMessage(issue: RawIssue): string | undefined {
  const { discriminator, options } = issue as { discriminator?: string; options?: readonly unknown[] };
  if (discriminator === undefined) return undefined;
  const known = (options ?? []).map(String);
  const tag: unknown = (issue.input as Record<string, unknown> | undefined)?.[discriminator];
  if (typeof tag === "string") return unknownOf(discriminator, tag, known);
  return `${tag === undefined ? "is missing; it " : ""}must be one of ${known.join(", ")}`;
}

type BoundWords = readonly [counted: string, compared: string];

function boundMessage(issue: RawIssue, words: BoundWords, bound: number | bigint, writtenOf: WrittenOf): string {
  const [counted, compared] = words;
  const { origin } = issue as { origin?: string };
  if (origin === "string")
    return bound === 1 && counted === "at least" ? "must not be empty" : `must have ${counted} ${bound} characters`;
  if (origin === "array" || origin === "set")
    return `must hold ${counted} ${bound} ${bound === 1 ? "entry" : "entries"}`;
  if (origin === "object" || origin === "record") return `must hold ${counted} ${bound} keys`;
  return `must be ${compared} ${bound}, not ${shown(issue.input, writtenOf)}`;
}

function examplesOf(issue: RawIssue): string {
  const { inst } = issue;
  const examples = inst instanceof z.ZodType ? z.globalRegistry.get(inst)?.["examples"] : undefined;
  return Array.isArray(examples) && examples.length > 0 ? ` such as ${examples.join(" or ")}` : "";
}

/** Keys of a small map, so that nobody has to look them up. */
function keysOf({ inst }: RawIssue): string {
  const keys = inst instanceof z.ZodObject ? Object.keys(inst.shape) : [];
  return keys.length === 0 || keys.length > mostNamedKeys ? "" : ` with ${keys.join(", ")}`;
}

function formatWord(format: string): string {
  const words: Readonly<Record<string, string>> = {
    url: "URL",
    email: "e-mail address",
    ipv4: "IPv4 address",
    ipv6: "IPv6 address",
  };
  return words[format] ?? `valid ${format}`;
}

function described(input: unknown, writtenOf: WrittenOf): string {
  if (input === null) return "empty";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a map";
  return `the ${typeof input === "string" ? "text" : "value"} ${shown(input, writtenOf)}`.trimEnd();
}

function shown(input: unknown, writtenOf: WrittenOf): string {
  const written = writtenOf(input);
  if (written !== undefined) return written;
  const text = typeof input === "string" ? JSON.stringify(input) : String(input);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
