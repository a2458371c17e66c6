import { dirname } from "node:path";
import type { output, ZodType } from "zod";
import type { ConfigFiles } from "../core/ports/config-files.ts";
import type { Env } from "../core/ports/env.ts";
import type { Sections } from "./loaded-config.ts";
import { interpolate } from "./source/interpolate.ts";
import { type ConfigIssue, locateProblem } from "./source/issue.ts";
import { child, type MapNode, mapOf } from "./source/node.ts";
import { parseNode } from "./source/parse-node.ts";
import { readLayers } from "./source/read-layers.ts";

export type SectionsRequest<S extends Sections> = Readonly<{
  files: ConfigFiles;
  env: Env;
  /** A directory with base.yaml, or one file. */
  directory: string;
  environment: string;
  sections: S;
  /** Paths whose interpolated values have to be at hand; elsewhere something that fits stands in. */
  needed: readonly string[];
}>;

export type SectionsOutcome<S extends Sections> =
  | Readonly<{ ok: true; sections: { readonly [K in keyof S]: output<S[K]> } }>
  | Readonly<{ ok: false; reason: "missing" | "invalid"; issues: readonly ConfigIssue[] }>;

/**
 * Reads a few sections of a config and nothing else of it: secrets of other sections may be absent, and faults elsewhere do not matter.
 * Files of conf.d that cannot be read are passed over; the base and the overlay cannot be, for they say where a daemon is.
 */
export async function loadSections<S extends Sections>(request: SectionsRequest<S>): Promise<SectionsOutcome<S>> {
  const { files, directory, sections } = request;
  const layers = await readLayers(request);
  const failed = (issues: readonly ConfigIssue[]): SectionsOutcome<S> => ({
    ok: false,
    reason: layers.isMissing ? "missing" : "invalid",
    issues,
  });
  const root = pickedOf(layers.root ?? layers.readable, Object.keys(sections));
  const hasEnvironment = layers.issues.every(({ layer }) => layer !== undefined);
  if (root === undefined || !hasEnvironment) return failed(layers.issues);
  const isFile = layers.paths[0] === directory;
  const interpolated = await interpolate(root, {
    env: request.env,
    files,
    directory: isFile ? dirname(directory) : directory,
    withoutSecrets: false,
  });
  const absent = interpolated.issues.filter(({ path }) => request.needed.some((needed) => path.startsWith(needed)));
  const { opened, issues } = open(interpolated.root, sections);
  if (absent.length + issues.length > 0) return failed([...absent, ...issues]);
  return { ok: true, sections: opened as { readonly [K in keyof S]: output<S[K]> } };
}

function pickedOf(root: MapNode | undefined, names: readonly string[]): MapNode | undefined {
  if (root === undefined) return undefined;
  return mapOf(
    root.place,
    [...root.entries].filter(([key]) => names.includes(key)),
  );
}

function open(root: MapNode, sections: Readonly<Record<string, ZodType>>) {
  const opened: Record<string, unknown> = {};
  const issues: ConfigIssue[] = [];
  for (const [name, schema] of Object.entries(sections)) {
    const node = child(root, name);
    if (node === undefined) {
      opened[name] = schema.parse(undefined);
      continue;
    }
    const parsed = parseNode(schema, node);
    if (parsed.ok) opened[name] = parsed.value;
    else issues.push(...parsed.problems.map((problem) => locateProblem(node, problem, [name])));
  }
  return { opened, issues };
}
