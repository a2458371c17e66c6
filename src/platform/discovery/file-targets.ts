import { type FSWatcher, watch } from "node:fs";
import { glob } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { readTargetGroups, targetListLimits } from "../../config/discovery/target-groups.ts";
import type { FileTargetsFrom } from "../../config/discovery/targets-from-schema.ts";
import { messageOf } from "../../core/errors.ts";
import type { SourcePart, TargetSource } from "../../core/ports/target-source.ts";
import { diskConfigFiles } from "../files/config-files.ts";

const mostFiles = 500;
const wildcards = /[*?[{]/;

/** Lists of targets in files. A file that a glob no longer finds is gone with its targets; one that is named must be there. */
export class FileTargets implements TargetSource {
  readonly #patterns: readonly string[];
  /** What was read of a file last: the same text is not read twice. */
  #known = new Map<string, Readonly<{ text: string; part: SourcePart }>>();

  constructor({ files }: FileTargetsFrom, directory: string) {
    this.#patterns = files.map((file) => resolve(directory, file));
  }

  async read(): Promise<readonly SourcePart[]> {
    const parts = new Map<string, SourcePart>();
    for (const pattern of this.#patterns) {
      const found = await pathsOf(pattern);
      if ("problem" in found) parts.set(pattern, { name: pattern, problem: found.problem });
      else for (const path of found.paths) parts.set(path, await this.#readFile(path));
    }
    this.#known = new Map([...this.#known].filter(([path]) => parts.has(path)));
    return [...parts.values()];
  }

  watch(onHint: () => void): () => void {
    // A config map of Kubernetes swaps a link beside its files, an editor puts a new file in place: the directory tells both.
    const directories = new Set(this.#patterns.map((pattern) => dirname(pattern.split(wildcards, 1)[0] + "x")));
    const watchers = [...directories].flatMap((directory) => watched(directory, onHint));
    return () => {
      for (const watcher of watchers) watcher.close();
    };
  }

  async #readFile(path: string): Promise<SourcePart> {
    const read = await diskConfigFiles.read(path, targetListLimits.jsonBytes);
    if (!read.ok) return { name: path, problem: read.detail };
    const known = this.#known.get(path);
    if (known?.text === read.text) return known.part;
    const part: SourcePart = { name: path, ...readTargetGroups(read.text, path) };
    this.#known.set(path, { text: read.text, part });
    return part;
  }
}

type Paths = Readonly<{ paths: readonly string[] } | { problem: string }>;

async function pathsOf(pattern: string): Promise<Paths> {
  if (!wildcards.test(pattern)) return { paths: [pattern] };
  const paths: string[] = [];
  try {
    for await (const path of glob(pattern)) {
      paths.push(path);
      if (paths.length > mostFiles) return { problem: `it finds more than ${mostFiles} files` };
    }
  } catch (error) {
    return { problem: messageOf(error) };
  }
  return { paths: paths.sort() };
}

function watched(directory: string, onHint: () => void): readonly FSWatcher[] {
  try {
    const watcher = watch(directory, () => onHint());
    watcher.on("error", () => watcher.close());
    watcher.unref();
    return [watcher];
  } catch (error) {
    // A directory that is not there, or no watches left: the next refresh sees it all the same.
    if (!(error instanceof Error && "code" in error)) throw error;
    return [];
  }
}
