import { basename, join } from "node:path";
import type { ConfigFiles } from "../../core/ports/config-files.ts";
import { type ConfigIssue, issueAt, issueOf } from "./issue.ts";
import { idleRemovals, mergeEqualRank, mergeMaps, withoutRemovedKeys } from "./merge.ts";
import { child, type MapNode, mapOf } from "./node.ts";
import { readYaml, tooManyNodes, yamlLimits } from "./read-yaml.ts";

export type LayersRequest = Readonly<{ files: ConfigFiles; directory: string; environment: string }>;
export type LayersOutcome = Readonly<{
  /** Absent when nothing could be merged; issues say why. */
  root?: MapNode;
  /** Where only files of conf.d cannot be read: what the others hold. */
  readable?: MapNode;
  issues: readonly ConfigIssue[];
  warnings: readonly ConfigIssue[];
  /** Paths of the files that were read, in layer order. */
  paths: readonly string[];
  /** True when the directory, its base.yaml or the file is not there. */
  isMissing: boolean;
}>;

/** Reads base.yaml, conf.d/*.yaml, the chosen `environments` blocks and the overlay, and merges them in this order; a single file is one layer. */
export async function readLayers(request: LayersRequest): Promise<LayersOutcome> {
  const { files, directory } = request;
  const kind = await files.kindOf(directory);
  if (kind === "missing") return missing(directory, "there is no such file or directory; `watchfire init` drafts one");
  const reading = new Reading(files);
  if (kind === "file") {
    const layer = await reading.read(directory, basename(directory));
    return finish(request, reading, { ...(layer === undefined ? {} : { base: layer }), confD: [], isFile: true });
  }
  const basePath = join(directory, "base.yaml");
  if ((await files.kindOf(basePath)) !== "file") {
    return missing(basePath, "the directory has no base.yaml; every configuration starts with one");
  }
  const base = await reading.read(basePath, "base");
  const confDirectory = join(directory, "conf.d");
  const confD: MapNode[] = [];
  for (const name of await reading.yamlNames(confDirectory)) {
    const layer = await reading.read(join(confDirectory, name), "conf.d");
    if (layer !== undefined) confD.push(layer);
  }
  const overlays = (await reading.yamlNames(directory))
    .map((name) => name.slice(0, -5))
    .filter((name) => name !== "base");
  const overlay = overlays.includes(request.environment)
    ? await reading.read(join(directory, `${request.environment}.yaml`), request.environment)
    : undefined;
  const found = { confD, overlays, isFile: false, ...(base === undefined ? {} : { base }) };
  return finish(request, reading, overlay === undefined ? found : { ...found, overlay });
}

type Found = Readonly<{
  base?: MapNode;
  confD: readonly MapNode[];
  overlay?: MapNode;
  overlays?: readonly string[];
  isFile: boolean;
}>;

function finish(request: LayersRequest, reading: Reading, found: Found): LayersOutcome {
  const { environment } = request;
  const issues = [...reading.issues];
  const lower = [found.base, ...found.confD].filter((layer) => layer !== undefined);
  issues.push(...environmentIssues(request, lower, found));
  const confD = mergeEqualRank(found.confD.map(withoutEnvironments));
  const confDBlocks = mergeEqualRank(blocksOf(found.confD, environment));
  issues.push(...confD.issues, ...confDBlocks.issues);
  const ranked = [
    found.base === undefined ? undefined : withoutEnvironments(found.base),
    confD.merged,
    ...blocksOf(found.base === undefined ? [] : [found.base], environment),
    confDBlocks.merged,
    found.overlay,
  ].filter((layer) => layer !== undefined);
  const [first, ...rest] = ranked;
  const warnings = [...reading.warnings, ...idleRemovals(ranked)];
  const state = { issues, warnings, paths: reading.paths, isMissing: false };
  if (first === undefined) return state;
  const readable = withoutRemovedKeys(rest.reduce(mergeMaps, first));
  if (reading.issues.length === 0) return { ...state, root: readable };
  return reading.issues.every(({ layer }) => layer === "conf.d") ? { ...state, readable } : state;
}

function environmentIssues(request: LayersRequest, lower: readonly MapNode[], found: Found): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const known = new Set(found.overlays);
  for (const layer of lower) {
    const section = layer.entries.get("environments");
    if (section === undefined) continue;
    if (section.node.kind !== "map") {
      issues.push(
        issueAt(section.node.place, ["environments"], "must be a map from environment to what differs there"),
      );
      continue;
    }
    for (const [name, { keyPlace, node }] of section.node.entries) {
      known.add(name);
      if (node.kind !== "map") {
        issues.push(issueAt(keyPlace, ["environments", name], "must be a map of what differs in this environment"));
      }
    }
  }
  const inOverlay = found.overlay?.entries.get("environments");
  if (inOverlay !== undefined) {
    issues.push(
      issueAt(
        inOverlay.keyPlace,
        ["environments"],
        "belongs in base.yaml or conf.d; an overlay is one environment already",
      ),
    );
  }
  // A lone file without blocks serves every environment.
  if (!known.has(request.environment) && !(found.isFile && known.size === 0)) {
    const names = [...known].sort().join(", ");
    const existing = names === "" ? "there is none yet" : `there are ${names}`;
    const where = found.isFile
      ? ""
      : `add ${request.environment}.yaml or an \`environments.${request.environment}\` block; `;
    issues.push(issueOf(request.directory, `there is no environment "${request.environment}"; ${where}${existing}`));
  }
  return issues;
}

function blocksOf(layers: readonly MapNode[], environment: string): MapNode[] {
  return layers
    .map((layer) => child(child(layer, "environments"), environment))
    .filter((node) => node?.kind === "map")
    .map(relabelled(environment));
}

// Places inside a block keep their file; its layer is told apart from the file's own in messages.
function relabelled(environment: string): (block: MapNode) => MapNode {
  const sources = new Map<string, { file: string; layer: string }>();
  const relabel = <T extends { place: MapNode["place"] }>(node: T): T => {
    const { file } = node.place.source;
    const source = sources.get(file) ?? { file, layer: `environments.${environment}` };
    sources.set(file, source);
    return { ...node, place: { ...node.place, source } };
  };
  const visit = (block: MapNode): MapNode =>
    relabel(
      mapOf(
        block.place,
        [...block.entries].map(([key, { keyPlace, node }]) => {
          const inner = node.kind === "map" ? visit(node) : relabel(node);
          return [key, { keyPlace: relabel({ place: keyPlace }).place, node: inner }];
        }),
      ),
    );
  return visit;
}

function withoutEnvironments(layer: MapNode): MapNode {
  if (!layer.entries.has("environments")) return layer;
  return mapOf(
    layer.place,
    [...layer.entries].filter(([key]) => key !== "environments"),
  );
}

function missing(file: string, message: string): LayersOutcome {
  return { issues: [issueOf(file, message)], warnings: [], paths: [], isMissing: true };
}

class Reading {
  readonly issues: ConfigIssue[] = [];
  readonly warnings: ConfigIssue[] = [];
  readonly paths: string[] = [];
  readonly #files: ConfigFiles;
  #nodes = 0;

  constructor(files: ConfigFiles) {
    this.#files = files;
  }

  async read(path: string, layer: string): Promise<MapNode | undefined> {
    if (this.#nodes > yamlLimits.nodes) return undefined;
    this.paths.push(path);
    const read = await this.#files.read(path, yamlLimits.sizeBytes);
    if (!read.ok) {
      const issue = issueOf(path, `cannot be read: ${read.detail}`, layer);
      this.issues.push(read.reason === "not_text" ? { ...issue, line: read.line, column: 1 } : issue);
      return undefined;
    }
    const parsed = readYaml(read.text, { file: path, layer });
    if (!parsed.ok) {
      this.issues.push(...parsed.issues);
      return undefined;
    }
    this.#nodes += parsed.nodes;
    if (this.#nodes <= yamlLimits.nodes) return parsed.root;
    this.issues.push(issueOf(path, tooManyNodes, layer));
    return undefined;
  }

  /** Names of the files that are read in a directory; warns about those that look like it. */
  async yamlNames(directory: string): Promise<readonly string[]> {
    const names = await this.#files.list(directory);
    for (const name of names.filter((name) => /\.ya?ml$/i.test(name) && !name.endsWith(".yaml"))) {
      this.warnings.push(
        issueOf(
          join(directory, name),
          `is no part of the config; one that should be is named ${name.replace(/\.\w+$/, "")}.yaml`,
        ),
      );
    }
    return names.filter((name) => name.endsWith(".yaml"));
  }
}
