import Database from "better-sqlite3";

/** Reads a daemon's database beside the daemon: rows of one query. */
export function storedRows<T>(path: string, sql: string): readonly T[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare<[], T>(sql).all();
  } finally {
    db.close();
  }
}

/** Number of rows of a table. */
export function storedCount(path: string, table: "results_tail" | "deliveries" | "outbox"): number {
  return storedRows<{ count: number }>(path, `SELECT count(*) AS count FROM ${table}`)[0]?.count ?? 0;
}
