import { nearestName } from "../core/nearest-name.ts";
import { type ConfigNode, type NodePath, type Place, pathText, placeOf } from "./node.ts";

/** One thing that is wrong in the config, or worth a warning; plain data. */
export type ConfigIssue = Readonly<{
  /** File as the user named it; empty when the issue belongs to no file. */
  file: string;
  /** From 1; absent when the issue belongs to a whole file. */
  line?: number;
  column?: number;
  layer?: string;
  /** Dotted path in the merged config; empty when the issue belongs to a whole file. */
  path: string;
  message: string;
}>;

/** One line: `file:line:column: path: message (layer name)`. */
export function renderIssue(issue: ConfigIssue): string {
  const position = issue.line === undefined ? issue.file : `${issue.file}:${issue.line}:${issue.column ?? 1}`;
  const subject = [position, issue.path].filter((part) => part !== "").join(": ");
  const layer = issue.layer === undefined ? "" : ` (layer ${issue.layer})`;
  return `${subject === "" ? "" : `${subject}: `}${issue.message}${layer}`;
}

/** An issue at a place. */
export function issueAt(place: Place, path: NodePath, message: string): ConfigIssue {
  const { source, line, column } = place;
  return { file: source.file, line, column, layer: source.layer, path: pathText(path), message };
}

/** An issue of a whole file, or of none. */
export function issueOf(file: string, message: string, layer?: string): ConfigIssue {
  return { file, path: "", message, ...(layer === undefined ? {} : { layer }) };
}

/** What is wrong at a path below some node; `atKey` points at the key, not at its value. */
export type Problem = Readonly<{ path: NodePath; message: string; atKey?: boolean }>;

/** Puts a problem where it was written; `prefix` is the path of the root itself. */
export function locateProblem(root: ConfigNode, problem: Problem, prefix: NodePath = []): ConfigIssue {
  return issueAt(placeOf(root, problem.path, problem.atKey), [...prefix, ...problem.path], problem.message);
}

/** Sorts by file in reading order, line and column, and drops repetitions (a template's fault is seen by each check that uses it). */
export function sortIssues(issues: readonly ConfigIssue[], filesInOrder: readonly string[]): readonly ConfigIssue[] {
  const order = new Map(filesInOrder.map((file, index) => [file, index]));
  const orderOf = (issue: ConfigIssue): number => order.get(issue.file) ?? -1;
  const seen = new Set<string>();
  return [...issues]
    .sort(
      (a, b) =>
        orderOf(a) - orderOf(b) ||
        (a.file < b.file ? -1 : Number(a.file > b.file)) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0),
    )
    .filter((issue) => {
      const key = `${issue.file}\n${issue.line}\n${issue.column}\n${issue.message}`;
      return !seen.has(key) && seen.add(key);
    });
}

const mostCompared = 2000;
const mostListed = 20;

/** `unknown key "intervall"; did you mean "interval"?` */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestOf(name, known);
  return `unknown ${what} "${name}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`;
}

/** Like `unknownName`, and lists what is known when nothing is near. */
export function unknownOf(what: string, name: string, known: readonly string[]): string {
  const text = unknownName(what, name, known);
  if (nearestOf(name, known) !== undefined) return text;
  if (known.length === 0) return `${text}; there is none`;
  const listed = [...known].sort().slice(0, mostListed).join(", ");
  return `${text}; known are ${listed}${known.length > mostListed ? " …" : ""}`;
}

/** A key that a block does not have; a block with few keys names them all. */
export function unknownKey(key: string, known: readonly string[]): string {
  return known.length > mostListed ? unknownName("key", key, known) : unknownOf("key", key, known);
}

// Ten thousand checks that each name one of ten thousand services wrongly must still be told in seconds.
function nearestOf(name: string, known: readonly string[]): string | undefined {
  return known.length > mostCompared ? undefined : nearestName(name, known);
}
