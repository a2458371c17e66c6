import type { Database } from "better-sqlite3";
import { AppError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { DataFiles } from "../../core/ports/data-files.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { toAppError } from "./sqlite-errors.ts";

const reserveBytes = 1024 * 1024;
const retryMs = 60_000;

/** Gives the reserve at a database up before that is open; false when there is none. */
export function giveUpReserve(path: string, files: DataFiles): boolean {
  const isHeld = files.sizeBytes(reservePath(path)) > 0;
  if (isHeld) files.remove(reservePath(path));
  return isHeld;
}

function reservePath(path: string): string {
  return `${path}.reserve`;
}

type ReserveSettings = Readonly<{ path: string; files: DataFiles; clock: Clock; maxSizeBytes: number }>;

/**
 * Room that is kept for what must not be lost: a file of 1 MiB beside the database and as many pages above its size limit. It is
 * given up when a transition finds the disk or the database full, and taken back later.
 */
export class Reserve {
  /** Size limit of the database in pages. */
  readonly maxPages: number;
  readonly #db: Database;
  readonly #settings: ReserveSettings;
  readonly #path: string;
  readonly #pageBytes: number;
  #held: boolean;
  #nextTryMs: EpochMs = 0;

  constructor(db: Database, settings: ReserveSettings) {
    this.#db = db;
    this.#settings = settings;
    this.#path = reservePath(settings.path);
    this.#pageBytes = db.pragma("page_size", { simple: true }) as number;
    this.maxPages = Math.floor(settings.maxSizeBytes / this.#pageBytes);
    this.#held = this.#take();
  }

  /** Size of the database file. */
  get sizeBytes(): number {
    return (this.#db.pragma("page_count", { simple: true }) as number) * this.#pageBytes;
  }

  /** Runs the work, and once more with the reserve when there is no room. */
  spentOn<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const mapped = toAppError(error);
      if (!this.#held || !(mapped instanceof AppError) || mapped.code !== "ERR_STORAGE_FULL") throw error;
      this.#giveUp();
      return work();
    }
  }

  /** Takes the reserve back when there is room again. */
  restore(): void {
    const nowMs = this.#settings.clock.now();
    if (this.#held || nowMs < this.#nextTryMs) return;
    this.#nextTryMs = nowMs + retryMs;
    this.#held = this.#take();
  }

  #giveUp(): void {
    this.#held = false;
    this.#nextTryMs = this.#settings.clock.now() + retryMs;
    this.#settings.files.remove(this.#path);
    this.#db.pragma(`max_page_count = ${this.maxPages + reserveBytes / this.#pageBytes}`);
  }

  #take(): boolean {
    const { files } = this.#settings;
    this.#db.pragma(`max_page_count = ${this.maxPages}`);
    if (this.sizeBytes > this.maxPages * this.#pageBytes) return false;
    return files.sizeBytes(this.#path) === reserveBytes || files.reserve(this.#path, reserveBytes);
  }
}
