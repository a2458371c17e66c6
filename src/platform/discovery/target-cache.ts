import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { KeptTargets, TargetCache } from "../../core/ports/target-source.ts";

const ownerOnly = 0o600;
const ownerDirectory = 0o700;

/** Keeps lists of targets as one file per check below a data directory; addresses may hold secrets, so only this user reads them. */
export class FileTargetCache implements TargetCache {
  readonly #directory: string;

  constructor(dataDirectory: string) {
    this.#directory = join(dataDirectory, "targets");
  }

  async read(check: string): Promise<KeptTargets | undefined> {
    try {
      const kept: unknown = JSON.parse(await readFile(this.#pathOf(check), "utf8"));
      return isKept(kept) ? kept : undefined;
    } catch {
      // Nothing was kept, or it is no longer readable: the source is asked as if it were new.
      return undefined;
    }
  }

  async write(check: string, kept: KeptTargets): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: ownerDirectory });
    const path = this.#pathOf(check);
    const aside = `${path}.new`;
    try {
      await using file = await open(aside, "w", ownerOnly);
      await file.writeFile(JSON.stringify(kept));
      await file.sync();
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
    await rename(aside, path);
  }

  // Ids of checks are good file names.
  #pathOf(check: string): string {
    return join(this.#directory, `${check}.json`);
  }
}

function isKept(value: unknown): value is KeptTargets {
  if (typeof value !== "object" || value === null || !("source" in value && "parts" in value)) return false;
  const { source, parts } = value;
  return typeof source === "string" && Array.isArray(parts) && parts.every(isPart);
}

function isPart(part: unknown): boolean {
  if (typeof part !== "object" || part === null || !("name" in part && "groups" in part)) return false;
  return typeof part.name === "string" && Array.isArray(part.groups) && part.groups.every(isGroup);
}

function isGroup(group: unknown): boolean {
  if (typeof group !== "object" || group === null || !("targets" in group && "labels" in group)) return false;
  const { targets, labels } = group;
  if (!Array.isArray(targets) || !targets.every((target) => typeof target === "string")) return false;
  return (
    typeof labels === "object" && labels !== null && Object.values(labels).every((text) => typeof text === "string")
  );
}
