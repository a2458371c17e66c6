import type { Writable } from "node:stream";
import { exitCodes } from "../core/exit-codes.ts";

/** What a command sees of the process it runs in. */
export interface Terminal {
  readonly args: readonly string[];
  readonly isInteractive: boolean;
  readonly workingDirectory: string;
  out(text: string): void;
  error(text: string): void;
  /** Sets the exit code; the process ends when nothing keeps it alive. */
  exitWith(code: number): void;
  /** Calls back on a termination request (SIGTERM, SIGINT). */
  onStop(callback: (signal: string) => void): void;
  /** Calls back on SIGHUP where the system has it. */
  onReload(callback: () => void): void;
}

/** The process this code runs in. */
export function processTerminal(): Terminal {
  // sysexits has one code for every I/O error, 74.
  let failure: number | undefined;
  const { out, error } = guardOutputs(process, () => {
    failure = exitCodes.storage;
    process.exitCode = failure;
  });
  return {
    args: process.argv.slice(2),
    isInteractive: process.stdout.isTTY,
    workingDirectory: process.cwd(),
    out,
    error,
    exitWith(code) {
      process.exitCode = failure ?? code;
    },
    onStop(callback) {
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => callback(signal));
    },
    onReload(callback) {
      if (process.platform !== "win32") process.on("SIGHUP", callback);
    },
  };
}

/** Ends the process now, for a second Ctrl-C or a bug after the last words were written. */
export function endProcess(code: number): never {
  process.exit(code);
}

/** Calls back once for an error that nothing caught: a bug. */
export function onBug(callback: (error: unknown) => void): void {
  process.once("uncaughtException", callback);
  process.once("unhandledRejection", callback);
}

/**
 * Writes lines to two streams, and no more to one that failed. The first failure is reported and told on the other stream;
 * `watchfire check | head` closes the pipe early, and that is none.
 */
export function guardOutputs(
  { stdout, stderr }: Readonly<{ stdout: Writable; stderr: Writable }>,
  onFailure: () => void,
): Pick<Terminal, "out" | "error"> {
  const broken = new Set<Writable>();
  let isReported = false;
  const write = (stream: Writable, text: string): void => {
    if (!broken.has(stream) && stream.writable) stream.write(`${text}\n`);
  };
  const guard = (stream: Writable, other: Writable, name: string): void => {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      broken.add(stream);
      if (error.code === "EPIPE" || isReported) return;
      isReported = true;
      onFailure();
      write(other, `watchfire: ${name} cannot be written: ${error.message}`);
    });
  };
  guard(stdout, stderr, "the standard output");
  guard(stderr, stdout, "the standard error stream");
  return { out: (text) => write(stdout, text), error: (text) => write(stderr, text) };
}
