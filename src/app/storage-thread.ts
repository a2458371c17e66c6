import { parentPort } from "node:worker_threads";
import { AppError, invariant } from "../core/errors.ts";
import type { Store } from "../core/store.ts";
import { systemClock } from "../platform/clock.ts";
import { dataFiles } from "../platform/files/data-files.ts";
import { openSqliteStore } from "../storage/sqlite/open-sqlite-store.ts";
import { isCorruption } from "../storage/sqlite/sqlite-errors.ts";
import type { StorageCall, StorageFault, StorageReply, StorageThreadData } from "./storage-messages.ts";

const port = parentPort;
invariant(port !== null, "the storage thread was started as a program");

port.once("message", (data: StorageThreadData) => {
  const store = open(data);
  if (store !== undefined) port.on("message", (call: StorageCall) => void serve(store, call));
});

function open({ settings, thorough }: StorageThreadData): Store | undefined {
  const { path, bounds } = settings;
  try {
    const opened = openSqliteStore({ path, bounds, thorough, files: dataFiles, clock: systemClock });
    reply({ kind: "opened", opening: opened.opening });
    return opened.store;
  } catch (error) {
    reply({ kind: "refused", fault: faultOf(error) });
    return undefined;
  }
}

/** Calls are answered in their order: the store does its work before it gives the promise back. */
async function serve(store: Store, call: StorageCall): Promise<void> {
  const { id } = call;
  try {
    const value: unknown = await Reflect.apply(store[call.method], store, call.args);
    reply({ kind: "answer", id, value });
  } catch (error) {
    reply({ kind: "failure", id, fault: faultOf(error) });
  }
  if (call.method === "close") port?.close();
}

/** @throws what is no `AppError`: a bug ends the thread, and main opens another. */
function faultOf(error: unknown): StorageFault {
  if (!(error instanceof AppError)) throw error;
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }), corrupt: isCorruption(error) };
}

function reply(message: StorageReply): void {
  port?.postMessage(message);
}
