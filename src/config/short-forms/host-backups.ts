import { unknownName } from "../../core/schema/unknown-name.ts";
import type { Service } from "../../core/service.ts";
import { type ConfigIssue, issueAt } from "../source/issue.ts";
import { type ConfigNode, child, type MapEntry, type MapNode } from "../source/node.ts";
import { backupCheckId } from "./backups.ts";

/** Value of a host's `backup` that says that there is nothing to back up. */
export const noBackup = "none";

/** Machines of the config whose backups nobody watches, and what is wrong with how others say who does. */
export type HostBackups = Readonly<{
  without: readonly string[];
  /** Checks that watch a backup: the lines of `backups`, and those that hosts name. */
  watching: readonly string[];
  issues: readonly ConfigIssue[];
  warnings: readonly ConfigIssue[];
}>;

/**
 * Looks for hosts that ought to have a backup check: those that a service stands on, and all of them once the config has
 * `backups`. A host has one when an entry of `backups` is `on` it, or its own `backup` names a check, or `none`.
 */
export function checkHostBackups(
  root: MapNode,
  services: readonly Service[],
  checks: Readonly<{ ids: readonly string[]; isRefused: (id: string) => boolean }>,
): HostBackups {
  const hosts = entriesOf(child(root, "hosts"));
  const checkIds = new Set(checks.ids);
  const isKnown = (id: string): boolean => id === noBackup || checkIds.has(id) || checks.isRefused(id);
  const backups = entriesOf(child(root, "backups"));
  const backed = new Set(backups.map(([, { node }]) => textOf(child(node, "on")) ?? localOf(hosts)));
  const counted = new Set(services.flatMap((service) => service.hosts));
  const issues: ConfigIssue[] = [];
  const without: [string, MapEntry][] = [];
  const watching = new Set(backups.map(([id]) => backupCheckId(id)));
  for (const [id, entry] of hosts) {
    const said = child(entry.node, "backup");
    const named = textOf(said);
    if (said !== undefined && named !== undefined && !isKnown(named)) {
      issues.push(issueAt(said.place, ["hosts", id, "backup"], unknownName("check", named, [...checkIds, noBackup])));
    }
    if (named !== undefined && checkIds.has(named)) watching.add(named);
    const isExpected = backups.length > 0 || counted.has(id);
    if (said === undefined && isExpected && !backed.has(id)) without.push([id, entry]);
  }
  return {
    without: without.map(([id]) => id),
    watching: [...watching].filter((id) => checkIds.has(id)),
    issues,
    warnings: without.map(([id, { keyPlace }]) => issueAt(keyPlace, ["hosts", id], missing)),
  };
}

const missing =
  "no check watches a backup of this machine; add one to `backups`, name the check that its backup job reports to (`backup: <check>`), or say that none is needed (`backup: none`)";

function entriesOf(node: ConfigNode | undefined): readonly (readonly [string, MapEntry])[] {
  return node?.kind === "map" ? [...node.entries] : [];
}

function localOf(hosts: readonly (readonly [string, MapEntry])[]): string | undefined {
  return hosts.find(([, { node }]) => {
    const local = child(node, "local");
    return local?.kind === "scalar" && local.value === true;
  })?.[0];
}

function textOf(node: ConfigNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}
