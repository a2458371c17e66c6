import { createHash } from "node:crypto";
import type { Check } from "../core/checks/check.ts";
import type { Problem } from "../core/schema/problems.ts";
import { buildCheck } from "./checks/build-check.ts";
import { capacityWarnings } from "./checks/capacity.ts";
import { type Blocks, collectBlocks } from "./checks/collect-blocks.ts";
import type { ConfigRequest } from "./config-request.ts";
import type { LoadedConfig } from "./loaded-config.ts";
import type { NamedFile, NeededPackage } from "./named-files.ts";
import { dependencyOrigins, originsOf } from "./origins.ts";
import { readGeneral, readSections, unknownKeys } from "./read-sections.ts";
import { readServices } from "./read-services.ts";
import { refusals } from "./refusals.ts";
import { checkHostBackups } from "./short-forms/host-backups.ts";
import { shortForms } from "./short-forms/index.ts";
import { showConfig } from "./shown/show.ts";
import { type ConfigIssue, locateProblem } from "./source/issue.ts";
import { child, type MapNode, pathText, toJson } from "./source/node.ts";

type Reading = Readonly<{
  config: Omit<LoadedConfig, "paths">;
  /** Whether a name is one of something that is written but was not accepted. */
  isRefused: (name: string) => boolean;
  issues: readonly ConfigIssue[];
  warnings: readonly ConfigIssue[];
  namedFiles: readonly NamedFile[];
  neededPackages: readonly NeededPackage[];
}>;

/** Reads a merged and interpolated config: all that can be read of it, and all that is wrong. */
export function readRoot(root: MapNode, request: ConfigRequest): Reading {
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
      backupChecks: backups.watching,
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
