/** Codes of operational errors; docs/reference/errors.md explains each, and a test holds the two together. */
export const errorCodes = {
  ERR_USAGE: "The command line does not fit.",
  ERR_CONFIG_INVALID: "The configuration does not load.",
  ERR_CONFIG_MISSING: "The configuration directory or file is not there.",
  ERR_ADDRESS_IN_USE: "Another process listens on the address.",
  ERR_DATA_DIRECTORY: "The data directory cannot be created or written.",
  ERR_STORAGE_LOCKED: "Another process holds the database's write lock.",
  ERR_STORAGE_FULL: "The disk under the database is full.",
  ERR_STORAGE_IO: "The database file cannot be read or written.",
  ERR_STORAGE_NEWER: "The database was written by a newer Watchfire.",
  ERR_STORAGE_VERSION: "The SQLite library is too old to be safe.",
  ERR_STORAGE_IN_USE: "Another daemon runs on this database.",
  ERR_DAEMON_UNREACHABLE: "No daemon answers at the address.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** An expected operational error: thrown below, caught only at app, scheduler-run and HTTP edges. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** What to do about it, one sentence. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: Readonly<{ hint?: string; cause?: unknown }> = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.hint = options.hint;
  }
}

/** Guards against impossible states: a failure is a bug and ends the process. @throws {Error} when the condition is false. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}

/** Text of anything that was thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
