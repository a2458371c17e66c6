import type { Programs } from "../../core/ports/programs.ts";
import type { CommandOutput } from "./collector.ts";

const directories = ["/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin"].map((path) => `${path}/`);
/** Where the driver of NVIDIA puts its program, now and in its older versions. */
const windowsDirectories = ["C:\\Windows\\System32\\", "C:\\Program Files\\NVIDIA Corporation\\NVSMI\\"];
const limitMs = 5000;
const mostOutputBytes = 4 * 1024 * 1024;
const shownCharacters = 200;

/** Runs a program of the system by its name, from the directories of the system only. */
export function runCommand(
  programs: Programs,
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<CommandOutput> {
  const paths = directories.map((directory) => `${directory}${program}`);
  return firstOf(programs, { program, paths, args }, signal);
}

/** As `runCommand` on Windows. */
export function runWindowsCommand(
  programs: Programs,
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<CommandOutput> {
  const paths = windowsDirectories.map((directory) => `${directory}${program}.exe`);
  return firstOf(programs, { program, paths, args }, signal);
}

type Wanted = Readonly<{ program: string; paths: readonly string[]; args: readonly string[] }>;

async function firstOf(
  programs: Programs,
  { program, paths, args }: Wanted,
  signal: AbortSignal,
): Promise<CommandOutput> {
  for (const path of paths) {
    const end = await programs.run(
      { command: [path, ...args], stdin: "", env: { LC_ALL: "C" }, limitMs, mostOutputBytes },
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
