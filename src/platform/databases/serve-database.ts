import type { DatabaseDriver, DatabaseEvent, DatabaseJob } from "../../core/ports/databases.ts";
import type { ParentMessage } from "./database-processes.ts";
import { codeOf, type LoadDriver, refusalOf } from "./driver-scene.ts";
import { loadMysql } from "./mysql-driver.ts";
import { clearPassword, loadPostgres } from "./postgres-driver.ts";
import { RelayedSocket } from "./relayed-socket.ts";
import { loadSqlite } from "./sqlite-driver.ts";

const drivers: Readonly<Record<DatabaseDriver, Readonly<{ load: LoadDriver; install: string }>>> = {
  postgres: { load: loadPostgres, install: "npm install pg" },
  mysql: { load: loadMysql, install: "npm install mysql2" },
  sqlite: { load: loadSqlite, install: "npm install better-sqlite3" },
};
const notInstalled: ReadonlySet<string> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);

/** Serves one session to the parent process, and ends with it. */
export function serveDatabase(): void {
  const socket = new RelayedSocket((bytes) => tell({ kind: "send", bytes }));
  process.once("disconnect", () => process.exit());
  // Drivers throw in callbacks of their own when a server sends what nobody expects.
  process.on("uncaughtException", (error) => {
    if (codeOf(error) === clearPassword) tell({ kind: "refused", query: undefined, refusal: refusalOf(error) });
    tell({ kind: "broken", detail: "its answer could not be read" });
  });
  process.on("message", (message: ParentMessage) => {
    if (message.kind === "job") void serve(message.job, socket);
    else socket.receive(message.kind === "bytes" ? Buffer.from(message.bytes) : null);
  });
}

async function serve(job: DatabaseJob, socket: RelayedSocket): Promise<void> {
  const { load, install } = drivers[job.driver];
  let run: Awaited<ReturnType<LoadDriver>>;
  try {
    run = await load();
  } catch (error) {
    if (notInstalled.has(codeOf(error))) return tell({ kind: "missing", install });
    return tell({ kind: "broken", detail: `its driver cannot be loaded: ${refusalOf(error).message}` });
  }
  tell({ kind: "ready" });
  try {
    await run({ job, socket, tell });
  } catch (error) {
    tell({ kind: "refused", query: undefined, refusal: refusalOf(error) });
  }
  tell({ kind: "end" });
}

function tell(event: DatabaseEvent): void {
  if (process.connected) process.send?.(event);
}
