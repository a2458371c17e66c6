import type { Problem } from "../../core/schema/problems.ts";
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
