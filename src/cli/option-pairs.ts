import { parse } from "yaml";
import { AppError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";

type Tree = { [key: string]: Json | Tree };

/**
 * Builds the options of a unit from `key.path=value` pairs; a value is read as a YAML scalar, at the paths of `texts` as it is written. A
 * repeated path makes a list.
 * @throws {AppError} ERR_USAGE when a pair has no `=`, or a path goes through a value.
 */
export function optionTree(pairs: readonly string[], texts: ReadonlySet<string> = new Set()): Json {
  const root: Tree = Object.create(null) as Tree;
  for (const pair of pairs) {
    const split = pair.indexOf("=");
    if (split < 1)
      throw new AppError("ERR_USAGE", `--option "${pair}" is no key=value.`, {
        hint: "For example: --option expect.status=200",
      });
    const [path, value] = [pair.slice(0, split), pair.slice(split + 1)];
    setPath(root, path.split("."), texts.has(path) ? value : scalar(value));
  }
  return root;
}

/**
 * Wraps the values at `paths` into lists of one, where a schema wants a list and the command line gave one value; a list in JSON is read,
 * but for the paths of `texts`.
 */
export function wrapIntoLists(
  tree: Json,
  paths: readonly (readonly PropertyKey[])[],
  texts: ReadonlySet<string> = new Set(),
): Json {
  const copy = structuredClone(tree) as Tree;
  for (const path of paths) {
    const last = String(path.at(-1));
    const parent = path.slice(0, -1).reduce<Tree | undefined>((node, key) => childOf(node, String(key)), copy);
    if (parent === undefined || parent[last] === undefined) continue;
    parent[last] = texts.has(path.map(String).join(".")) ? ([parent[last]] as Json) : listOf(parent[last]);
  }
  return copy;
}

/** Reads the texts at `paths` as YAML maps, where a schema wants a map and the command line gave `{a: b}`; others stay as they are. */
export function readMaps(tree: Json, paths: readonly (readonly PropertyKey[])[]): Json {
  const copy = structuredClone(tree) as Tree;
  for (const path of paths) {
    const last = String(path.at(-1));
    const parent = path.slice(0, -1).reduce<unknown>((node, key) => memberOf(node, String(key)), copy);
    const text = memberOf(parent, last);
    if (typeof text === "string" && text.startsWith("{")) Reflect.set(parent as Tree, last, yamlOf(text));
  }
  return copy;
}

function memberOf(node: unknown, key: string): unknown {
  return typeof node === "object" && node !== null && Object.hasOwn(node, key) ? Reflect.get(node, key) : undefined;
}

/** JSON alone: in YAML the pattern `[a-z]+` would be a list, too. */
function listOf(value: Json | Tree): Json {
  if (typeof value !== "string" || !value.startsWith("[")) return [value] as Json;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return [value];
  }
}

function yamlOf(text: string): Json {
  try {
    return (parse(text, { schema: "core", logLevel: "silent" }) ?? text) as Json;
  } catch {
    return text;
  }
}

function childOf(node: Tree | undefined, key: string): Tree | undefined {
  const child = node?.[key];
  return typeof child === "object" && child !== null && !Array.isArray(child) ? (child as Tree) : undefined;
}

function setPath(root: Tree, path: readonly string[], value: Json): void {
  const last = path.at(-1) ?? "";
  let node = root;
  for (const key of path.slice(0, -1)) {
    node[key] ??= Object.create(null) as Tree;
    const next = childOf(node, key);
    if (next === undefined) throw new AppError("ERR_USAGE", `--option ${path.join(".")}: ${key} already has a value.`);
    node = next;
  }
  const present = node[last];
  if (present === undefined) node[last] = value;
  else node[last] = Array.isArray(present) ? [...(present as readonly Json[]), value] : [present, value];
}

function scalar(text: string): Json {
  try {
    const value = (parse(text, { schema: "core", logLevel: "silent" }) ?? text) as Json;
    return typeof value === "object" ? text : value;
  } catch {
    return text; // such as `a: b: c`, which is plainly meant as text
  }
}
