import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Clock } from "../../core/ports/clock.ts";
import type { ProgramEnd, ProgramRun, Programs } from "../../core/ports/programs.ts";
import { placeProgram } from "./program-place.ts";

// What programs need to run; the rest of our environment may hold secrets.
const passedOn = [
  "PATH",
  "Path",
  "PATHEXT",
  "SystemRoot",
  "SystemDrive",
  "windir",
  "ComSpec",
  "PSModulePath",
  "ProgramFiles",
  "TEMP",
  "TMP",
  "TZ",
  "LANG",
];
const hasGroups = process.platform !== "win32";

/** Runs programs without a shell, bounded in time and output. */
export class ChildPrograms implements Programs {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async run(run: ProgramRun, signal: AbortSignal): Promise<ProgramEnd> {
    const place = run.within === undefined ? undefined : await placeProgram(run.command[0], run.within);
    if (place !== undefined && "reason" in place) return { ok: false, ...place, hasRun: false };
    if (signal.aborted) return timedOut(false);
    return new Promise((resolve) => new Run(run, signal, this.#clock, resolve).start(place?.path));
  }
}

class Run {
  readonly #run: ProgramRun;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #resolve: (end: ProgramEnd) => void;
  readonly #onAbort = (): void => this.#end(timedOut(true));
  #child: ChildProcessWithoutNullStreams | undefined;
  #cancelLimit = (): void => {};
  #hasEnded = false;

  constructor(run: ProgramRun, signal: AbortSignal, clock: Clock, resolve: (end: ProgramEnd) => void) {
    this.#run = run;
    this.#signal = signal;
    this.#clock = clock;
    this.#resolve = resolve;
  }

  /** @param path what is run under the program's name; absent: the program itself. */
  start(path?: string): void {
    const { command, env, limitMs } = this.#run;
    const [program, ...args] = command;
    try {
      this.#child = spawn(path ?? program, args, {
        // Some programs are links to one that does as its name says.
        argv0: program,
        shell: false,
        detached: hasGroups,
        env: programEnvironment(env),
        windowsHide: true,
      });
    } catch (error) {
      return this.#end(notStarted(error));
    }
    this.#cancelLimit = this.#clock.setTimer(limitMs, this.#onAbort);
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#listen(this.#child);
  }

  #listen(child: ChildProcessWithoutNullStreams): void {
    child.once("error", (error) => this.#end(notStarted(error)));
    // Without descriptors left it has no streams either, and says so in a moment.
    if ((child as Partial<ChildProcessWithoutNullStreams>).stdout === undefined) return;
    const stdout = this.#collect(child.stdout);
    const stderr = this.#collect(child.stderr);
    child.once("close", (exitCode, name) => {
      if (exitCode !== null) return this.#end({ ok: true, exitCode, stdout: stdout(), stderr: stderr() });
      this.#end({ ok: false, reason: "signal", detail: `it was ended by ${name ?? "a signal"}`, hasRun: true });
    });
    // A program need not read what it is told.
    child.stdin.on("error", () => {});
    child.stdin.end(this.#run.stdin);
  }

  #collect(stream: NodeJS.ReadableStream): () => string {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    stream.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= this.#run.mostOutputBytes) return void chunks.push(chunk);
      const detail = `it wrote more than ${this.#run.mostOutputBytes} bytes`;
      this.#end({ ok: false, reason: "too_much_output", detail, hasRun: true });
    });
    return () => Buffer.concat(chunks).toString("utf8");
  }

  #end(end: ProgramEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancelLimit();
    this.#signal.removeEventListener("abort", this.#onAbort);
    if (this.#child !== undefined) killGroup(this.#child);
    this.#resolve(end);
  }
}

/** The few variables that programs need to run, and their own. */
export function programEnvironment(own: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return { ...Object.fromEntries(passedOn.map((name) => [name, process.env[name]])), ...own };
}

function timedOut(hasRun: boolean): ProgramEnd {
  return { ok: false, reason: "timeout", detail: "it did not end in time", hasRun };
}

function notStarted(error: unknown): ProgramEnd {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  if (code === "ENOENT") return { ok: false, reason: "not_found", detail: "there is no such program", hasRun: false };
  // EPERM: the file wants rights, such as those of `ping`, that this process may not hand on.
  if (code === "EACCES" || code === "EPERM")
    return { ok: false, reason: "permission", detail: "it may not be run", hasRun: false };
  return { ok: false, reason: "failed", detail: `it could not be started (${code})`, hasRun: false };
}

/** Ends what the program left behind, too: its group outlives it. */
function killGroup(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined) return;
  try {
    if (hasGroups) process.kill(-child.pid, "SIGKILL");
    else child.kill();
  } catch {
    // Nothing of the group is left.
  }
}
