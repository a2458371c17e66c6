import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** How the stand-in behaves when it is asked. */
type Mode = "answers" | "hangs" | "crashes" | "babbles" | "complains" | "mutters";

const program = fileURLToPath(new URL("./fake-power-shell.mjs", import.meta.url));

/** A stand-in for PowerShell with a directory of its own; remembers every process it was. */
export class FakePowerShell {
  readonly #directory = mkdtempSync(join(tmpdir(), "watchfire-powershell-"));

  constructor(rows: object = {}) {
    this.set("answers");
    this.knows(rows);
  }

  /** What to start in place of PowerShell. */
  get command(): [string, ...string[]] {
    return [process.execPath, program, this.#directory];
  }

  set(mode: Mode): void {
    writeFileSync(join(this.#directory, "mode"), mode);
  }

  knows(rows: object, failed: object = {}): void {
    writeFileSync(join(this.#directory, "rows.json"), JSON.stringify({ rows, failed }));
  }

  /** How often it was started. */
  get starts(): number {
    return this.#pids().length;
  }

  /** How many of its processes there are now. */
  get alive(): number {
    return this.#pids().filter(isAlive).length;
  }

  remove(): void {
    for (const pid of this.#pids().filter(isAlive)) process.kill(pid, "SIGKILL");
    rmSync(this.#directory, { recursive: true });
  }

  #pids(): readonly number[] {
    const path = join(this.#directory, "pids");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").map(Number) : [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
