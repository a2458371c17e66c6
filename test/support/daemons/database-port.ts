import { DatabaseProcesses } from "../../../src/platform/databases/database-processes.ts";

/** Drivers in processes of built code, as the daemon starts them. */
export const builtDatabases = new DatabaseProcesses(new URL("../../../dist/parts/database-worker.js", import.meta.url));
