import { accessSync, constants } from "node:fs";
import type { Database } from "better-sqlite3";
import { codeOf, type DriverScene, type LoadDriver, refusalOf } from "./driver-scene.ts";
import { RowKeeper } from "./row-keeper.ts";

const mostHeapBytes = 64 * 1024 ** 2;

/** Reads a file of SQLite by the package that the daemon's own store uses. */
export const loadSqlite: LoadDriver = async () => {
  const { default: Sqlite } = await import("better-sqlite3");
  return async ({ job, tell }: DriverScene): Promise<void> => {
    const { path = "", statementLimitMs } = job;
    mayRead(path);
    const database = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: statementLimitMs });
    database.pragma(`hard_heap_limit = ${mostHeapBytes}`);
    database.pragma("query_only = ON");
    tell({ kind: "open" });
    for (const [query, text] of job.queries.entries()) {
      try {
        tell({ kind: "rows", query, rows: rowsOf(database, text, new RowKeeper(job)) });
      } catch (error) {
        tell({ kind: "refused", query, refusal: refusalOf(error) });
      }
    }
    database.close();
  };
};

/** SQLite says the same of a file that is not there and of one that we may not read. @throws {Error} with the system's code. */
function mayRead(path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const isThere = codeOf(error) !== "ENOENT";
    throw Object.assign(new Error(isThere ? `${path} may not be read` : `there is no file ${path}`), {
      code: codeOf(error),
    });
  }
}

function rowsOf(database: Database, text: string, keeper: RowKeeper) {
  // The library takes one statement only.
  const statement = database.prepare<[], unknown[]>(text).safeIntegers(true).raw(true);
  keeper.columns = statement.columns().map(({ name }) => name);
  for (const row of statement.iterate()) if (!keeper.take(row)) break;
  return keeper.done();
}
