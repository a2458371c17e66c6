import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../src/core/ports/clock.ts";
import type { DataFiles } from "../../../src/core/ports/data-files.ts";
import { dataFiles } from "../../../src/platform/files/data-files.ts";
import { openSqliteStore } from "../../../src/storage/sqlite/open-sqlite-store.ts";
import type { SqliteStoreBounds } from "../../../src/storage/sqlite/sqlite-store.ts";
import { storageSchema } from "../../../src/storage/storage-schema.ts";

export type TestStoreSettings = Readonly<{
  clock: Clock;
  directory?: string;
  file?: string;
  bounds?: Partial<SqliteStoreBounds>;
  files?: DataFiles;
}>;

/** Opens the embedded store in a directory of its own (or again in a given one). */
export function openTestStore({
  clock,
  directory,
  file = "watchfire.db",
  bounds,
  files = dataFiles,
}: TestStoreSettings) {
  const own = directory ?? mkdtempSync(join(tmpdir(), "watchfire-store-"));
  const path = join(own, "data", file);
  const defaults = storageSchema.parse({}).bounds;
  const opened = openSqliteStore({ path, files, clock, bounds: { ...defaults, ...bounds } });
  return { ...opened, directory: own, path };
}
