import type Database from "better-sqlite3";
import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import type { Tables } from "./tables.ts";

/** Something that remembers in memory what the database holds and has to follow each transaction. */
export interface Follower {
  /** The transaction is on disk. */
  confirm(): void;
  /** Nothing of the transaction happened. */
  discard(): void;
}

/** Builds queries for rare use; it never runs one by itself, so that all access stays synchronous and in one transaction. */
export const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** One connection with its transactions. */
export class Session {
  readonly db: Database.Database;
  readonly #followers: Follower[] = [];
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #rollback: Database.Statement;

  constructor(db: Database.Database) {
    this.db = db;
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#rollback = db.prepare("ROLLBACK");
  }

  /** Registers what has to follow every transaction from now on. */
  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  /** Runs `work` as one transaction: all of it happens, or nothing and the error is thrown on. */
  transaction<T>(work: () => T): T {
    this.#begin.run();
    let result: T;
    try {
      result = work();
      this.#commit.run();
    } catch (error) {
      if (this.db.inTransaction) this.#rollback.run();
      for (const follower of this.#followers) follower.discard();
      throw error;
    }
    for (const follower of this.#followers) follower.confirm();
    return result;
  }

  /** Runs a built query and returns its rows. */
  all<T>(query: Compilable<T>): readonly T[] {
    const { sql, parameters } = query.compile();
    return this.db.prepare<unknown[], T>(sql).all(...parameters);
  }
}
