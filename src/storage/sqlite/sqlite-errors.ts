import Database from "better-sqlite3";
import { AppError, type ErrorCode } from "../../core/errors.ts";

const hints: Readonly<Partial<Record<ErrorCode, string>>> = {
  ERR_STORAGE_FULL: "Free space on the disk or raise storage.max_size; a daemon that runs goes on by itself.",
  ERR_STORAGE_LOCKED: "End the program that holds the database open for writing; a daemon that runs goes on by itself.",
  ERR_STORAGE_IO: "Look at the disk and at the rights of the database file.",
};

/** Turns an error of SQLite that an operator can do something about into an `AppError`; anything else comes back as it is. */
export function toAppError(error: unknown): unknown {
  const code = errorCodeOf(error);
  if (code === undefined || !(error instanceof Database.SqliteError)) return error;
  const hint = hints[code];
  const message = `the database cannot be used: ${error.message} (${error.code})`;
  return new AppError(code, message, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

/** True when the file's content is broken, so that only setting it aside helps. */
export function isCorruption(error: unknown): boolean {
  if (error instanceof AppError) return isCorruption(error.cause);
  return error instanceof Database.SqliteError && /^SQLITE_(?:CORRUPT|NOTADB)/.test(error.code);
}

/** True when another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(?:BUSY|LOCKED)/.test(error.code);
}

/** True when neither the disk nor the file's limit leaves room; the index of a write-ahead log says so by its size. */
export function isFull(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(?:FULL|IOERR_SHMSIZE)/.test(error.code);
}

function errorCodeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Database.SqliteError)) return undefined;
  if (isBusy(error)) return "ERR_STORAGE_LOCKED";
  if (isFull(error)) return "ERR_STORAGE_FULL";
  const fromDisk = /^SQLITE_(?:IOERR|READONLY|CANTOPEN|PERM|NOMEM|CORRUPT|NOTADB|PROTOCOL)/.test(error.code);
  return fromDisk ? "ERR_STORAGE_IO" : undefined;
}
