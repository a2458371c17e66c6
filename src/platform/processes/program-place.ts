import { realpath, stat } from "node:fs/promises";
import { dirname, sep } from "node:path";

const writableByAll = 0o002;

/** Where a program really lies, or why it must not be run. */
export type ProgramPlace = Readonly<{ path: string } | { reason: "not_found" | "permission"; detail: string }>;

/** Follows links and looks whether the program lies in one of the directories and cannot be exchanged by everybody. */
export async function placeProgram(program: string, directories: readonly string[]): Promise<ProgramPlace> {
  const path = await real(program);
  if (path === undefined) return { reason: "not_found", detail: "there is no such program" };
  const allowed = await Promise.all(directories.map(real));
  if (!allowed.some((directory) => directory !== undefined && path.startsWith(directory.replace(/\/?$/, sep)))) {
    return {
      reason: "permission",
      detail: `${path} is in none of the allowed directories (${directories.join(", ")})`,
    };
  }
  for (const each of [path, dirname(path)]) {
    const mode = process.platform === "win32" ? 0 : (await stat(each)).mode;
    if ((mode & writableByAll) !== 0) return { reason: "permission", detail: `everybody may write to ${each}` };
  }
  return { path };
}

function real(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
