import type { ZodType, z } from "zod";
import type { Json } from "../../core/json.ts";
import { type Problem, problemsOf } from "../../core/schema/problems.ts";
import { wordsFor } from "../../core/schema/words.ts";
import { asJson, type ConfigNode, child, type MutableJson, type NodePath, type ScalarNode, toJson } from "./node.ts";

/** A block that was read with its schema: `json` is what the schema accepted, with interpolated scalars in the type it wants. */
export type ParsedNode<T> =
  | Readonly<{ ok: true; value: T; json: Json }>
  /** Problems whose only cause is a variable that is not there (validation without secrets) are left out: the list may be empty. */
  | Readonly<{ ok: false; problems: readonly Problem[]; json: Json }>;

/** `knownKeys`: keys that are read elsewhere but belong into suggestions at the root of the block. */
type ParseOptions = Readonly<{ knownKeys?: readonly string[] }>;

/**
 * Reads a block with its schema. A scalar that is interpolated as a whole stays a text where the schema takes one and else becomes
 * the number or boolean that YAML reads in it. Messages show interpolated texts as they were written, never their values.
 */
export function parseNode<T>(schema: ZodType<T>, node: ConfigNode, options: ParseOptions = {}): ParsedNode<T> {
  const json = { root: toJson(node) };
  const interpolated = interpolatedLeaves(node, []);
  const error = wordsFor((input) => interpolated.find((leaf) => leaf.node.value === input)?.node.written);
  const leaves = interpolated
    .filter((leaf) => leaf.node.alternatives !== undefined)
    .map((leaf) => ({ ...leaf, next: 0 }));
  for (;;) {
    const parsed = schema.safeParse(json.root, { error });
    if (parsed.success) return { ok: true, value: parsed.data, json: asJson(json.root) };
    const failing = parsed.error.issues;
    const moved = leaves.filter((leaf) => failing.some((issue) => blames(issue, leaf.path)) && advance(json, leaf));
    if (moved.length > 0) continue;
    const problems = problemsOf(failing, options.knownKeys);
    const kept = problems.filter((problem) => !isUnresolved(node, problem));
    return { ok: false, problems: kept.map((problem) => veiled(problem, interpolated)), json: asJson(json.root) };
  }
}

type Issue = z.core.$ZodIssue;
type Interpolated = Readonly<{ path: NodePath; node: ScalarNode }>;
type Leaf = { path: NodePath; node: ScalarNode; next: number };

function interpolatedLeaves(node: ConfigNode, path: NodePath): Interpolated[] {
  if (node.kind === "scalar") return node.written === undefined ? [] : [{ path, node }];
  if (node.kind === "list") return node.items.flatMap((item, index) => interpolatedLeaves(item, [...path, index]));
  return [...node.entries].flatMap(([key, entry]) => interpolatedLeaves(entry.node, [...path, key]));
}

const shortestVeiled = 4;

// Schemas quote what they were given in their own messages; the value may be a secret.
function veiled(problem: Problem, interpolated: readonly Interpolated[]): Problem {
  let { message } = problem;
  for (const { node } of interpolated) {
    const value = String(node.value);
    if (value.length >= shortestVeiled) message = message.replaceAll(value, () => node.written ?? "");
  }
  return { ...problem, message };
}

function blames(issue: Issue, leaf: NodePath): boolean {
  const reaches = issue.code === "invalid_union" ? issue.path.length <= leaf.length : issue.path.length === leaf.length;
  return reaches && issue.path.every((key, depth) => key === leaf[depth]);
}

/** Puts the next reading in place; after the last one the first again, for good. */
function advance(json: { root: MutableJson }, leaf: Leaf): boolean {
  const readings = [...(leaf.node.alternatives ?? []), leaf.node.value];
  if (leaf.next >= readings.length) return false;
  replaceAt(json, leaf.path, readings[leaf.next] ?? null);
  leaf.next += 1;
  return true;
}

function replaceAt(json: { root: MutableJson }, path: NodePath, value: MutableJson): void {
  let holder: { [key: string | number]: MutableJson } = json;
  let key: string | number = "root";
  for (const step of path) {
    holder = holder[key] as { [key: string | number]: MutableJson };
    key = step;
  }
  holder[key] = value;
}

function isUnresolved(root: ConfigNode, problem: Problem): boolean {
  if (problem.atKey === true) return false;
  let node: ConfigNode | undefined = root;
  for (const key of problem.path) node = child(node, key);
  return node !== undefined && interpolatedLeaves(node, []).some((leaf) => leaf.node.unresolved === true);
}
