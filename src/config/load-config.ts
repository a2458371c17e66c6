import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { Check } from "../core/check.ts";
import type { Json } from "../core/json.ts";
import { idSchema } from "../core/name-schema.ts";
import type { ConfigFiles } from "../core/ports/config-files.ts";
import type { Env } from "../core/ports/env.ts";
import type { ProbeKind } from "../core/probe.ts";
import type { RulePack } from "../core/rule-pack.ts";
import type { Service } from "../core/service.ts";
import { buildCheck } from "./build-check.ts";
import { capacityWarnings } from "./capacity.ts";
import { type Blocks, collectBlocks } from "./collect-blocks.ts";
import { expandPacks } from "./expand-packs.ts";
import { type General, generalSchema } from "./general-schema.ts";
import { interpolate } from "./interpolate.ts";
import { type ConfigIssue, issueAt, issueOf, locateProblem, type Problem, sortIssues, unknownName } from "./issue.ts";
import type { LoadedConfig, Origin, Sections } from "./loaded-config.ts";
import { homeOf } from "./misplaced-keys.ts";
import { missingPackages, type NamedFile, type NeededPackage, unreadableFiles } from "./named-files.ts";
import {
  type ConfigNode,
  child,
  emptyRecord,
  type MapNode,
  mapOf,
  type NodePath,
  type Place,
  pathText,
  toJson,
} from "./node.ts";
import { parseNode } from "./parse-node.ts";
import { readLayers } from "./read-layers.ts";
import { readServices } from "./read-services.ts";
import { salvageSection } from "./salvage-section.ts";
import { checkHostBackups } from "./short-forms/host-backups.ts";
import { shortForms } from "./short-forms/index.ts";
import { showConfig } from "./show.ts";

export type ConfigRequest = Readonly<{
  files: ConfigFiles;
  env: Env;
  /** A directory with base.yaml, or one file. */
  directory: string;
  environment: string;
  probes: readonly ProbeKind[];
  sections: Sections;
  /** Packs of rules that section `packs` switches on. */
  packs?: readonly RulePack[];
  /** Validates where secrets are not at hand: variables and files that are absent get a value that fits. */
  withoutSecrets?: boolean;
  /** Faults between sections and services; entries that were refused are left out of the config, and nobody is to complain that they are not there. */
  crossCheck?: (config: LoadedConfig, isRefused: (name: string) => boolean) => readonly ConfigIssue[];
}>;

/** `missing`: there is nothing to read at the path; `invalid`: the issues say what is wrong. */
export type ConfigOutcome =
  | Readonly<{ ok: true; config: LoadedConfig; issues: readonly []; warnings: readonly ConfigIssue[] }>
  | Readonly<{
      ok: false;
      reason: "missing" | "invalid";
      issues: readonly ConfigIssue[];
      warnings: readonly ConfigIssue[];
      /** Sections that could be read all the same, for those that look further. */
      sections?: LoadedConfig["sections"];
    }>;

type FailedConfig = Extract<ConfigOutcome, { ok: false }>;

/** Keys of the root that belong to no section of a unit. */
export const rootKeys = [
  ...Object.keys(generalSchema.shape),
  "services",
  "templates",
  "checks",
  ...shortForms.map((form) => form.key),
];

/** Reads, merges, interpolates and validates a configuration; reports all that is wrong at once and never throws for a bad config. */
export async function loadConfig(request: ConfigRequest): Promise<ConfigOutcome> {
  const { directory, environment, files } = request;
  const named = idSchema.safeParse(environment);
  if (!named.success || environment === "base") {
    const message = `"${environment}" cannot be an environment; ${environment === "base" ? "base.yaml is the common layer" : "an environment is an id"}`;
    return { ok: false, reason: "invalid", issues: [issueOf("", message)], warnings: [] };
  }
  const layers = await readLayers({ files, directory, environment });
  const failed = (issues: readonly ConfigIssue[], warnings: readonly ConfigIssue[]): FailedConfig => ({
    ok: false,
    reason: layers.isMissing ? "missing" : "invalid",
    issues: sortIssues(issues, layers.paths),
    warnings: sortIssues(warnings, layers.paths),
  });
  if (layers.root === undefined) return failed(layers.issues, layers.warnings);
  const isFile = layers.paths[0] === directory;
  const interpolated = await interpolate(layers.root, {
    env: request.env,
    files,
    directory: isFile ? dirname(directory) : directory,
    withoutSecrets: request.withoutSecrets === true,
  });
  const { root, packPaths, issues: packIssues } = expandPacks(interpolated.root, request.packs ?? []);
  const reading = readRoot(root, request);
  const config = { ...reading.config, paths: [...layers.paths, ...interpolated.paths] };
  // Where secrets are not at hand, neither are the files and packages of the machine that the config is for.
  const isElsewhere = request.withoutSecrets === true;
  const absent = isElsewhere ? [] : missingPackages(reading.neededPackages, files);
  const isolated = [...layers.issues, ...interpolated.issues, ...packIssues, ...reading.issues, ...absent];
  const isRefused = (name: string): boolean => (isElsewhere || isolated.length > 0) && reading.isRefused(name);
  const issues = [...isolated, ...(request.crossCheck?.(config, isRefused) ?? [])];
  const warnings = [...layers.warnings.filter(({ path }) => !packPaths.has(path)), ...reading.warnings];
  if (issues.length > 0) return { ...failed(issues, warnings), sections: config.sections };
  if (!isElsewhere) warnings.push(...(await unreadableFiles(reading.namedFiles, files)));
  return { ok: true, config, issues: [], warnings: sortIssues(warnings, layers.paths) };
}

type Reading = Readonly<{
  config: Omit<LoadedConfig, "paths">;
  /** Whether a name is one of something that is written but was not accepted. */
  isRefused: (name: string) => boolean;
  issues: readonly ConfigIssue[];
  warnings: readonly ConfigIssue[];
  namedFiles: readonly NamedFile[];
  neededPackages: readonly NeededPackage[];
}>;

function readRoot(root: MapNode, request: ConfigRequest): Reading {
  const { environment, probes } = request;
  const general = readGeneral(root);
  const services = readServices(root);
  const sections = readSections(root, request.sections);
  const blocks = collectBlocks(root, shortForms);
  const serviceIds = child(root, "services");
  const checks = readChecks(blocks, {
    kinds: new Map(probes.map((kind) => [kind.kind, kind])),
    services: new Set(serviceIds?.kind === "map" ? serviceIds.entries.keys() : []),
    environment,
    timeZone: general.value.time_zone,
    requiredLabels: general.value.required_labels,
  });
  const isRefused = refusals(root, { blocks, checks: checks.checks, services: services.services, sections });
  const backups = checkHostBackups(root, services.services, { ids: checks.checks.map(({ id }) => id), isRefused });
  const walked = { root, blocks: blocks.blocks, sections: request.sections, probes };
  const { shown, literalSecrets, namedFiles, neededPackages } = showConfig(walked);
  return {
    namedFiles,
    neededPackages,
    config: {
      environment,
      timeZone: general.value.time_zone,
      language: general.value.language,
      requiredLabels: general.value.required_labels,
      services: services.services,
      checks: checks.checks,
      hostsWithoutBackup: backups.without,
      sections: sections.json,
      fingerprint: createHash("sha256")
        .update(JSON.stringify([environment, toJson(root)]))
        .digest("hex"),
      attachments: {},
      shown,
      literalSecrets,
      origins: { ...originsOf(root), ...dependencyOrigins(blocks) },
    },
    isRefused,
    issues: [
      ...unknownKeys(root, request.sections),
      ...general.issues,
      ...services.issues,
      ...sections.issues,
      ...blocks.issues,
      ...checks.issues,
      ...backups.issues,
    ],
    warnings: [
      ...blocks.warnings,
      ...checks.warnings,
      ...backups.warnings,
      ...capacityWarnings(checks.checks, request.directory),
    ],
  };
}

function unknownKeys(root: MapNode, sections: Sections): ConfigIssue[] {
  const known = [...rootKeys, ...Object.keys(sections)];
  return [...root.entries]
    .filter(([key]) => !known.includes(key))
    .map(([key, { keyPlace }]) => {
      const home = homeOf(key);
      const wrong =
        home === undefined
          ? unknownName("key", key, [...known, "environments"])
          : `is no section of its own; it belongs into ${home}`;
      return issueAt(keyPlace, [key], wrong);
    });
}

function readGeneral(root: MapNode): Readonly<{ value: General; issues: readonly ConfigIssue[] }> {
  const keys = Object.keys(generalSchema.shape);
  const node = mapOf(
    root.place,
    [...root.entries].filter(([key]) => keys.includes(key)),
  );
  const parsed = parseNode(generalSchema, node);
  if (parsed.ok) return { value: parsed.value, issues: [] };
  return { value: generalSchema.parse({}), issues: parsed.problems.map((problem) => locateProblem(node, problem)) };
}

type ReadSections = Readonly<{
  json: Readonly<Record<string, Json>>;
  issues: readonly ConfigIssue[];
  /** Sections, and their entries, that were not accepted; also where only a secret that is not at hand is in the way. */
  refused: readonly string[];
}>;

function readSections(root: MapNode, sections: Sections): ReadSections {
  const json = emptyRecord<Json>();
  const issues: ConfigIssue[] = [];
  const refused: string[] = [];
  for (const [name, schema] of Object.entries(sections)) {
    const node = child(root, name);
    if (node === undefined) {
      if (schema.safeParse(undefined).success) continue;
      refused.push(name);
      issues.push(issueAt(root.place, [], `the section "${name}" is missing`));
      continue;
    }
    const parsed = parseNode(schema, node);
    if (parsed.ok) {
      json[name] = parsed.json;
      continue;
    }
    const salvaged = salvageSection(schema, parsed.json);
    if (salvaged.json !== undefined) json[name] = salvaged.json;
    refused.push(name, ...salvaged.refused);
    issues.push(...parsed.problems.map((problem) => locateProblem(node, problem, [name])));
  }
  return { json, issues, refused };
}

type Readings = Readonly<{
  blocks: Blocks;
  checks: readonly Check[];
  services: readonly Service[];
  sections: ReadSections;
}>;

/** Tells of a name whether something that is written has it, or makes a check of it, but was not accepted. */
function refusals(root: MapNode, { blocks, checks, services, sections }: Readings): (name: string) => boolean {
  const accepted = new Set(checks.map(({ id }) => id));
  const accepts = new Set(services.map(({ id }) => id));
  const expanded = new Set(blocks.blocks.map(({ pathOf }) => pathText(pathOf([]).slice(0, 2))));
  const idsOf = (section: string): readonly string[] => {
    const node = child(root, section);
    return node?.kind === "map" ? [...node.entries.keys()] : [];
  };
  const entries = ["checks", ...shortForms.map(({ key }) => key)].flatMap((section) =>
    idsOf(section).filter((id) => !expanded.has(pathText([section, id]))),
  );
  const names = new Set([
    ...sections.refused,
    ...idsOf("services").filter((id) => !accepts.has(id)),
    ...blocks.blocks.map(({ id }) => id).filter((id) => !accepted.has(id)),
    ...entries,
  ]);
  return (name) => names.has(name) || entries.some((entry) => name.startsWith(`${entry}-`));
}

function readChecks(
  { blocks }: Blocks,
  context: Parameters<typeof buildCheck>[1],
): Readonly<{ checks: readonly Check[]; issues: readonly ConfigIssue[]; warnings: readonly ConfigIssue[] }> {
  const checks: Check[] = [];
  const issues: ConfigIssue[] = [];
  const warnings: ConfigIssue[] = [];
  for (const block of blocks) {
    const built = buildCheck(block, context);
    const located = (problem: Problem): ConfigIssue => ({
      ...locateProblem(block.node, problem),
      path: pathText(block.pathOf(problem.path)),
    });
    if (built.check !== undefined) checks.push(built.check);
    issues.push(...built.problems.map(located));
    warnings.push(...built.warnings.map(located));
  }
  return { checks, issues, warnings };
}

const unitsOwn: ReadonlySet<string> = new Set(["checks", "templates", ...shortForms.map((form) => form.key)]);

/** Of checks only what is judged together with other sections. */
function dependencyOrigins({ blocks }: Blocks): Record<string, Origin> {
  const origins = emptyRecord<Origin>();
  for (const { node, pathOf, id } of blocks) {
    const entry = node.entries.get("depends_on");
    if (entry === undefined) continue;
    const { source, line, column } = entry.keyPlace;
    const origin = { file: source.file, layer: source.layer, line, column };
    origins[pathText(["checks", id, "depends_on"])] = { ...origin, writtenAs: pathText(pathOf(["depends_on"])) };
  }
  return origins;
}

function originsOf(root: MapNode): Record<string, Origin> {
  const origins = emptyRecord<Origin>();
  const visit = (node: ConfigNode, path: NodePath, place: Place): void => {
    const { source, line, column } = place;
    origins[pathText(path)] = { file: source.file, layer: source.layer, line, column };
    if (node.kind === "list")
      for (const [index, item] of node.items.entries()) visit(item, [...path, index], item.place);
    if (node.kind === "map") for (const [key, entry] of node.entries) visit(entry.node, [...path, key], entry.keyPlace);
  };
  for (const [key, entry] of root.entries) if (!unitsOwn.has(key)) visit(entry.node, [key], entry.keyPlace);
  return origins;
}
