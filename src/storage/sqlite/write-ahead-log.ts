import type { Database } from "better-sqlite3";
import type { Clock } from "../../core/ports/clock.ts";
import type { DataFiles } from "../../core/ports/data-files.ts";
import type { EpochMs } from "../../core/time/time.ts";

/** Pages in the log after which a commit moves them into the database by itself. */
const autoCheckpointPages = 2000;
const largestLogBytes = 64 * 1024 * 1024;
const intervalMs = 60_000;

type LogSettings = Readonly<{ path: string; files: DataFiles; clock: Clock }>;

/** Keeps the write-ahead log bounded, even when a long reader has kept checkpoints from finishing. */
export class WriteAheadLog {
  readonly #db: Database;
  readonly #settings: LogSettings;
  #nextMs: EpochMs = 0;

  constructor(db: Database, settings: LogSettings) {
    this.#db = db;
    this.#settings = settings;
    db.pragma(`wal_autocheckpoint = ${autoCheckpointPages}`);
    db.pragma(`journal_size_limit = ${largestLogBytes}`);
  }

  get sizeBytes(): number {
    return this.#settings.files.sizeBytes(`${this.#settings.path}-wal`);
  }

  /** Cuts a log that has grown too large, at most once a minute; until then commits move it into the database by themselves. */
  cut(): void {
    const nowMs = this.#settings.clock.now();
    if (nowMs < this.#nextMs || this.sizeBytes <= largestLogBytes) return;
    this.#nextMs = nowMs + intervalMs;
    this.#db.pragma("wal_checkpoint(TRUNCATE)");
  }
}
