import type { Writable } from "node:stream";

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
  keepAliveOnClosedPipe(process.stdout);
  keepAliveOnClosedPipe(process.stderr);
  return {
    args: process.argv.slice(2),
    isInteractive: process.stdout.isTTY,
    workingDirectory: process.cwd(),
    out: (text) => void process.stdout.write(`${text}\n`),
    error: (text) => void process.stderr.write(`${text}\n`),
    exitWith(code) {
      process.exitCode = code;
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

// `watchfire check | head` closes the pipe early; that is no error of ours.
function keepAliveOnClosedPipe(stream: Writable): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
