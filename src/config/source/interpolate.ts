import { isAbsolute, join } from "node:path";
import { parse as parseYaml } from "yaml";
import type { ConfigFileRead, ConfigFiles } from "../../core/ports/config-files.ts";
import type { Env } from "../../core/ports/env.ts";
import { type ConfigIssue, issueAt } from "./issue.ts";
import { type ConfigNode, type MapEntry, type MapNode, mapOf, type NodePath, type ScalarNode } from "./node.ts";

export type InterpolationRequest = Readonly<{
  env: Env;
  files: ConfigFiles;
  /** Relative `${file:…}` paths start here. */
  directory: string;
  /** Goes on without variables and files that are not there. */
  withoutSecrets: boolean;
}>;
export type Interpolated = Readonly<{ root: MapNode; issues: readonly ConfigIssue[]; paths: readonly string[] }>;

const longestFileBytes = 1024 * 1024;
const expression = /\$\$\{|\$\{([^}]*)(\}?)/g;
const variableForm = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?$/;

/**
 * Replaces `${VAR}`, `${VAR:-default}` and `${file:path}` in every text of a merged config; `$${` stands for a literal `${`.
 * A variable that is not set or empty without default, and a file that is missing or empty, are issues.
 */
export async function interpolate(root: MapNode, request: InterpolationRequest): Promise<Interpolated> {
  const fileTexts = new Map<string, ConfigFileRead>();
  for (const path of filePaths(root)) {
    const absolute = isAbsolute(path) ? path : join(request.directory, path);
    fileTexts.set(path, await request.files.read(absolute, longestFileBytes));
  }
  const issues: ConfigIssue[] = [];
  const resolve = (scalar: ScalarNode, path: NodePath): ScalarNode => {
    const outcome = interpolateText(String(scalar.value), { env: request.env, fileTexts });
    if (outcome.ok) return { ...scalar, written: String(scalar.value), ...readings(outcome) };
    if (!request.withoutSecrets || !outcome.isAbsent) issues.push(issueAt(scalar.place, path, outcome.message));
    return placeholder(scalar);
  };
  const interpolated = mapScalars(root, [], resolve);
  const paths = [...fileTexts.keys()].map((path) => (isAbsolute(path) ? path : join(request.directory, path)));
  return { root: interpolated.kind === "map" ? interpolated : root, issues, paths };
}

type Sources = Readonly<{ env: Env; fileTexts: ReadonlyMap<string, ConfigFileRead> }>;
export type TextOutcome =
  /** `secrets`: what variables and files gave; a default stands in the config and is none. */
  | Readonly<{ ok: true; text: string; isWhole: boolean; secrets: readonly string[] }>
  /** `isAbsent`: the form is right, but the variable or file is not there. */
  | Readonly<{ ok: false; message: string; isAbsent: boolean }>;

/** Interpolates one text. */
export function interpolateText(text: string, sources: Sources): TextOutcome {
  let failure: Extract<TextOutcome, { ok: false }> | undefined;
  let isWhole = false;
  const secrets: string[] = [];
  const replaced = text.replace(expression, (match: string, inner: string | undefined, end: string | undefined) => {
    if (inner === undefined) return "${";
    const value = end === "" ? unclosed(match) : valueOf(inner, sources);
    if (value.ok) {
      isWhole = match.length === text.length;
      if (value.isSecret) secrets.push(value.text);
      return value.text;
    }
    // A wrong form outweighs an absent variable: it stays wrong where all secrets are there.
    if (failure === undefined || (failure.isAbsent && !value.isAbsent)) failure = value;
    return "";
  });
  return failure ?? { ok: true, text: replaced, isWhole, secrets };
}

type Value = Readonly<{ ok: true; text: string; isSecret: boolean }> | Extract<TextOutcome, { ok: false }>;

function valueOf(inner: string, { env, fileTexts }: Sources): Value {
  if (inner.startsWith("file:")) return fileValue(inner.slice("file:".length), fileTexts);
  const form = variableForm.exec(inner);
  if (form === null) return wrong(`"\${${cut(inner)}}"`);
  const [, name = "", fallback] = form;
  const value = env.get(name);
  if (value !== undefined && value !== "") return { ok: true, text: value, isSecret: true };
  if (fallback !== undefined) return { ok: true, text: fallback, isSecret: false };
  const state = value === undefined ? "not set" : "empty";
  const message = `the environment variable ${name} is ${state}; set it, or write \${${name}:-default}`;
  return { ok: false, message, isAbsent: true };
}

function fileValue(path: string, fileTexts: Sources["fileTexts"]): Value {
  if (path === "") return wrong('"${file:}"');
  const read = fileTexts.get(path);
  if (read === undefined || !read.ok) {
    const detail = read === undefined ? "it was not read" : read.detail;
    return {
      ok: false,
      message: `the file ${cut(path)} cannot be read: ${detail}`,
      isAbsent: read?.reason === "missing",
    };
  }
  const text = read.text.replace(/\r?\n$/, "");
  if (text === "") return { ok: false, message: `the file ${cut(path)} is empty`, isAbsent: true };
  return { ok: true, text, isSecret: true };
}

function unclosed(match: string): Value {
  return wrong(`"${cut(match)}"`);
}

function wrong(text: string): Value {
  const right = "write ${VAR}, ${VAR:-default} or ${file:/path}, and $${ for a literal ${";
  return { ok: false, message: `${text} is no interpolation; ${right}`, isAbsent: false };
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function readings(outcome: Extract<TextOutcome, { ok: true }>): Pick<ScalarNode, "value" | "alternatives" | "secrets"> {
  const typed = outcome.isWhole ? typedByYaml(outcome.text) : undefined;
  const { text: value, secrets } = outcome;
  return { value, secrets, ...(typed === undefined ? {} : { alternatives: [typed] }) };
}

function typedByYaml(text: string): boolean | number | undefined {
  if (!/^(?:true|false|[-+]?[0-9][0-9a-zA-Z.+-]{0,40})$/i.test(text)) return undefined;
  const value: unknown = parseYaml(text, { schema: "core", logLevel: "silent" });
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)) ? value : undefined;
}

// Where a secret is not at hand, each of these is tried until one fits what the schema wants.
const placeholders = [
  "https://placeholder.invalid/",
  "placeholder.invalid:443",
  "30s",
  "1MiB",
  "a@placeholder.invalid",
  "postgres://placeholder.invalid/",
  "mysql://placeholder.invalid/",
  "postgres://placeholder@placeholder.invalid/",
  "mysql://placeholder@placeholder.invalid/",
  1,
  true,
];

function placeholder(scalar: ScalarNode): ScalarNode {
  return {
    ...scalar,
    value: "placeholder",
    written: String(scalar.value),
    alternatives: placeholders,
    unresolved: true,
  };
}

function filePaths(node: ConfigNode, found = new Set<string>()): Set<string> {
  if (node.kind === "map") for (const entry of node.entries.values()) filePaths(entry.node, found);
  else if (node.kind === "list") for (const item of node.items) filePaths(item, found);
  else if (typeof node.value === "string" && node.value.includes("${file:")) {
    for (const [, inner, end] of node.value.matchAll(expression)) {
      if (inner !== undefined && end === "}" && inner.startsWith("file:")) found.add(inner.slice("file:".length));
    }
  }
  return found;
}

function mapScalars(
  node: ConfigNode,
  path: NodePath,
  resolve: (scalar: ScalarNode, path: NodePath) => ScalarNode,
): ConfigNode {
  if (node.kind === "scalar")
    return typeof node.value === "string" && node.value.includes("${") ? resolve(node, path) : node;
  if (node.kind === "list")
    return { ...node, items: node.items.map((item, index) => mapScalars(item, [...path, index], resolve)) };
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    entries.set(key, { keyPlace: entry.keyPlace, node: mapScalars(entry.node, [...path, key], resolve) });
  }
  return mapOf(node.place, entries);
}
