import type { ConfigFileRead, ConfigFiles } from "../core/ports/config-files.ts";
import { type ConfigIssue, issueAt } from "./source/issue.ts";
import type { NodePath, Place } from "./source/node.ts";

const mostBytes = 1024 * 1024;

/** A file that a value of the config names, to be read while the daemon runs. */
export type NamedFile = Readonly<{ file: string; path: NodePath; place: Place }>;

/** An optional package that a value of the config needs. */
export type NeededPackage = Readonly<{ name: string; path: NodePath; place: Place }>;

/** An issue for each package that is needed and not installed, where it is needed. */
export function missingPackages(needed: readonly NeededPackage[], files: ConfigFiles): readonly ConfigIssue[] {
  return needed
    .filter(({ name }) => !files.hasPackage(name))
    .map(({ name, path, place }) =>
      issueAt(place, path, `this needs the package ${name}, which is not installed: npm install ${name}`),
    );
}

/** A warning for each file that is named and cannot be read now, where it is named; what a file holds is judged by its reader. */
export async function unreadableFiles(
  named: readonly NamedFile[],
  files: ConfigFiles,
): Promise<readonly ConfigIssue[]> {
  const reads = new Map<string, ConfigFileRead>();
  for (const { file } of named) if (!reads.has(file)) reads.set(file, await files.read(file, mostBytes));
  return named.flatMap(({ file, path, place }) => {
    const read = reads.get(file);
    if (read === undefined || read.ok || (read.reason !== "missing" && read.reason !== "unreadable")) return [];
    return [issueAt(place, path, `the file ${file} cannot be read: ${read.detail}`)];
  });
}
