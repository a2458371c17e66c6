import { dirname } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { DataFiles } from "../../core/ports/data-files.ts";
import { migrate, refuseNewerSchema } from "./migrations.ts";
import { giveUpReserve } from "./reserve.ts";
import { Session } from "./session.ts";
import { isBusy, isCorruption, isFull, toAppError } from "./sqlite-errors.ts";
import { SqliteStore, type SqliteStoreBounds } from "./sqlite-store.ts";

/** How long a locked database may stall the storage thread. */
const busyTimeoutMs = 250;
/** Holds the tail of an open hour of some thousand checks, so that packing it reads no file. */
const cacheKibibytes = 16 * 1024;
const oldestSafeVersion = [3, 51, 3] as const;
/** "WFIR": tells the file from databases of other programs. */
const applicationId = 0x57464952;
/** Up to this size the whole file is checked at each opening, above it only what alerting lives on. */
const fullCheckBytes = 64 * 1024 * 1024;
const vitalTables = ["check_states", "rule_states", "alerts", "alert_groups", "incidents", "outbox", "outbox_ended"];

export type SqliteStoreSettings = Readonly<{
  path: string;
  bounds: SqliteStoreBounds;
  files: DataFiles;
  clock: Clock;
  /** Check the whole file however large it is: after an answer that the file is corrupt. */
  thorough?: boolean;
}>;

/** What opening found. */
export type StoreOpening = Readonly<{
  /** Where a corrupt database was put aside; the store began afresh. */
  setAside?: Readonly<{ path: string; problem: string }>;
}>;

/**
 * Opens the store at a path, making directory and database where there are none.
 * @throws {AppError} ERR_DATA_DIRECTORY, ERR_STORAGE_IN_USE, ERR_STORAGE_VERSION, ERR_STORAGE_NEWER, ERR_STORAGE_LOCKED, ERR_STORAGE_FULL, ERR_STORAGE_IO.
 */
export function openSqliteStore(
  settings: SqliteStoreSettings,
): Readonly<{ store: SqliteStore; opening: StoreOpening }> {
  const { path, files } = settings;
  refuseOldSqlite();
  const directory = dirname(path);
  files.prepareDirectory(directory);
  if (files.isNetworkFilesystem(directory)) {
    throw new AppError("ERR_DATA_DIRECTORY", `the data directory ${directory} is on a network filesystem`, {
      hint: "Let storage.path name a local disk: SQLite's locks do not hold over the network.",
    });
  }
  const release = takeLock(path, files);
  try {
    return openLocked(settings, release);
  } catch (error) {
    release();
    throw toAppError(error);
  }
}

function openLocked(settings: SqliteStoreSettings, release: () => void) {
  const { path, files, clock } = settings;
  try {
    return { store: openWithRoom(settings, release), opening: {} };
  } catch (error) {
    if (!isCorruption(error)) throw error;
    const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:]/g, "");
    const aside = `${path}.corrupt-${stamp}`;
    for (const suffix of ["", "-wal", "-shm"]) files.rename(path + suffix, aside + suffix);
    const problem = error instanceof Error ? error.message : String(error);
    return { store: openHealthy(settings, release), opening: { setAside: { path: aside, problem } } };
  }
}

/** On a full disk the reserve is given up: a daemon that is started again there goes on. */
function openWithRoom(settings: SqliteStoreSettings, release: () => void): SqliteStore {
  try {
    return openHealthy(settings, release);
  } catch (error) {
    if (!isFull(error) || !giveUpReserve(settings.path, settings.files)) throw error;
    return openHealthy(settings, release);
  }
}

function openHealthy(settings: SqliteStoreSettings, release: () => void): SqliteStore {
  const { path, files, bounds, clock } = settings;
  refuseStrangers(path, files);
  files.createPrivate(path);
  const db = new Database(path, { timeout: busyTimeoutMs });
  try {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("mmap_size = 0");
    db.pragma(`cache_size = -${cacheKibibytes}`);
    db.pragma("trusted_schema = OFF");
    checkIntegrity(db, settings.thorough === true || files.sizeBytes(path) <= fullCheckBytes);
    migrate(new Session(db));
    db.pragma(`application_id = ${applicationId}`);
    return new SqliteStore({ db, path, bounds, clock, files, release });
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Looks at an existing file without writing to it. */
function refuseStrangers(path: string, files: DataFiles): void {
  if (files.sizeBytes(path) === 0) return;
  const db = new Database(path, { readonly: true, timeout: busyTimeoutMs });
  try {
    const owner = db.pragma("application_id", { simple: true });
    const tables = db.prepare<[], { count: number }>("SELECT count(*) AS count FROM sqlite_schema").get();
    if (owner !== applicationId && (tables?.count ?? 0) > 0) {
      throw new AppError("ERR_STORAGE_IO", `${path} is a database of another program`, {
        hint: "Let storage.path name a file of Watchfire's own.",
      });
    }
    refuseNewerSchema(db, path);
  } finally {
    db.close();
  }
}

/** @throws {SqliteError} SQLITE_CORRUPT when a page, an index or a constraint is broken. */
function checkIntegrity(db: Database.Database, whole: boolean): void {
  const existing = new Set(
    db
      .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map((row) => row.name),
  );
  const checks = whole
    ? ["quick_check(1)"]
    : vitalTables.filter((name) => existing.has(name)).map((name) => `quick_check(${name})`);
  for (const check of checks) {
    const answer = db.pragma(check, { simple: true });
    if (answer !== "ok") throw new Database.SqliteError(String(answer), "SQLITE_CORRUPT");
  }
}

/** Holds an exclusive lock on a small file beside the database: the kernel frees it with the process, however that ends. */
function takeLock(path: string, files: DataFiles): () => void {
  const lockPath = `${path}.lock`;
  if (files.sizeBytes(lockPath) > 0) files.remove(lockPath);
  files.createPrivate(lockPath);
  const lock = new Database(lockPath, { timeout: busyTimeoutMs });
  try {
    // Without a journal on disk the lock is to be had on a full one, too.
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw toAppError(error);
    throw new AppError("ERR_STORAGE_IN_USE", `another daemon runs on the database ${path}`, {
      hint: "Stop it first (one daemon per storage.path), or let storage.path name another file.",
    });
  }
  return () => lock.close();
}

function refuseOldSqlite(): void {
  const db = new Database(":memory:");
  const version = db.prepare<[], { version: string }>("SELECT sqlite_version() AS version").get()?.version ?? "0";
  db.close();
  if (isSafeVersion(version)) return;
  throw new AppError(
    "ERR_STORAGE_VERSION",
    `SQLite ${version} can corrupt its write-ahead log; ${oldestSafeVersion.join(".")} is needed`,
    {
      hint: "Run `npm ci` again, so that better-sqlite3 comes with its own SQLite.",
    },
  );
}

/** True from SQLite 3.51.3 on, which does not corrupt a write-ahead log that is reset under two connections. */
export function isSafeVersion(version: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, needed] of oldestSafeVersion.entries()) {
    const part = parts[index] ?? 0;
    if (part !== needed) return part > needed;
  }
  return true;
}
