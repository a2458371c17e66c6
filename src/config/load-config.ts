import { dirname } from "node:path";
import { idSchema } from "../core/schema/name-schema.ts";
import type { ConfigRequest } from "./config-request.ts";
import type { LoadedConfig } from "./loaded-config.ts";
import { missingPackages, unreadableFiles } from "./named-files.ts";
import { expandPacks } from "./packs/expand-packs.ts";
import { readRoot } from "./read-root.ts";
import { interpolate } from "./source/interpolate.ts";
import { type ConfigIssue, issueOf, sortIssues } from "./source/issue.ts";
import { readLayers } from "./source/read-layers.ts";

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
