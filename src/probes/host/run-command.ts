import type { Programs } from "../../core/ports/programs.ts";
import type { CommandOutput } from "./collector.ts";

const directories = ["/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin"];
const limitMs = 5000;
const mostOutputBytes = 4 * 1024 * 1024;
const shownCharacters = 200;

/** Runs a program of the system by its name, from the directories of the system only. */
export async function runCommand(
  programs: Programs,
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<CommandOutput> {
  for (const directory of directories) {
    const end = await programs.run(
      { command: [`${directory}/${program}`, ...args], stdin: "", env: { LC_ALL: "C" }, limitMs, mostOutputBytes },
      signal,
    );
    if (end.ok && end.exitCode === 0) return { ok: true, stdout: end.stdout };
    if (end.ok) {
      const said = `${end.stderr}${end.stdout}`.replace(/\s+/g, " ").trim().slice(0, shownCharacters);
      return { ok: false, isMissing: false, detail: `${program} ended with ${end.exitCode}: ${said}` };
    }
    if (end.reason !== "not_found") return { ok: false, isMissing: false, detail: `${program}: ${end.detail}` };
  }
  return { ok: false, isMissing: true, detail: `${program} is not on this machine` };
}
