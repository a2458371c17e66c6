import type { Worker } from "node:worker_threads";
import { AppError, messageOf } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Store } from "../core/store.ts";
import type { StoreOpening } from "../storage/sqlite/open-sqlite-store.ts";
import type { StorageSettings } from "../storage/storage-schema.ts";
import type { StorageFault, StorageReply, StorageThreadData } from "./storage-messages.ts";
import { threadMemory } from "./thread-memory.ts";
import { threadSupply } from "./thread-supply.ts";
import { threadUrl } from "./thread-url.ts";
import { WaitingList } from "./waiting-list.ts";

const firstReopenMs = 250;
const longestReopenMs = 15_000;

/** Threads that hold the store; one may be prepared while the config is read. */
export const storageThreads = threadSupply(threadUrl(import.meta.url, "storage-thread"), {
  name: "storage",
  resourceLimits: threadMemory,
});

export type StorageClientSettings = Readonly<{
  settings: StorageSettings;
  clock: Clock;
  /** Called when the thread has ended by itself: calls under way were rejected. */
  onLost?(error: AppError): void;
  /** Called when another thread has taken its place. */
  onReopened?(opening: StoreOpening): void;
}>;

type Waiting = Readonly<{ resolve(value: unknown): void; reject(error: AppError): void }>;

/**
 * Starts the storage thread and waits until its store is open.
 * @throws {AppError} what `openSqliteStore` throws.
 */
export async function openStorageThread(
  settings: StorageClientSettings,
): Promise<Readonly<{ store: StorageClient; opening: StoreOpening }>> {
  const store = new StorageClient(settings);
  return { store, opening: await store.open(false) };
}

/** The store's port on the main thread. A thread that dies is replaced; until then calls reject with ERR_STORAGE_IO. */
export class StorageClient implements Store {
  readonly load = this.#method("load");
  readonly commit = this.#method("commit");
  readonly appendSeries = this.#method("appendSeries");
  readonly series = this.#method("series");
  readonly results = this.#method("results");
  readonly missed = this.#method("missed");
  readonly rollUps = this.#method("rollUps");
  readonly incidentsBetween = this.#method("incidentsBetween");
  readonly decisions = this.#method("decisions");
  readonly prune = this.#method("prune");
  readonly facts = this.#method("facts");
  readonly leaseOutbox = this.#method("leaseOutbox");
  readonly settle = this.#method("settle");
  readonly spending = this.#method("spending");
  readonly incident = this.#method("incident");
  readonly incidents = this.#method("incidents");
  readonly deliveries = this.#method("deliveries");
  readonly deliveriesOf = this.#method("deliveriesOf");
  readonly alertHistory = this.#method("alertHistory");
  readonly #settings: StorageClientSettings;
  readonly #waiting = new WaitingList<Waiting>();
  #worker: Worker | undefined;
  #reopenMs = firstReopenMs;
  #cancelReopen: (() => void) | undefined;
  #closing = false;
  #thorough = false;

  constructor(settings: StorageClientSettings) {
    this.#settings = settings;
  }

  /** Starts a thread; resolves when its store is open. @throws {AppError} what `openSqliteStore` throws. */
  open(thorough: boolean): Promise<StoreOpening> {
    const worker = storageThreads.take({ settings: this.#settings.settings, thorough } satisfies StorageThreadData);
    return new Promise((resolve, reject) => {
      let failure: unknown;
      worker.on("message", (reply: StorageReply) => {
        if (reply.kind === "opened") {
          this.#worker = worker;
          this.#reopenMs = firstReopenMs;
          resolve(reply.opening);
        } else if (reply.kind === "refused") reject(errorOf(reply.fault));
        else this.#settle(reply);
      });
      worker.on("error", (error) => {
        failure = error;
      });
      worker.on("exit", () => {
        const error = lost(failure);
        reject(error);
        if (this.#worker === worker) this.#lose(error);
      });
    });
  }

  /** Closes the store and ends the thread. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#cancelReopen?.();
    if (this.#worker === undefined) return;
    await this.#call("close", []);
  }

  #method<K extends keyof Store>(method: K): Store[K] {
    const call = (...args: Parameters<Store[K]>): Promise<unknown> => this.#call(method, args);
    return call as Store[K];
  }

  #call<K extends keyof Store>(method: K, args: Parameters<Store[K]>): Promise<unknown> {
    const worker = this.#worker;
    if (worker === undefined) return Promise.reject(lost(undefined));
    return new Promise((resolve, reject) => {
      const id = this.#waiting.add({ resolve, reject });
      worker.postMessage({ id, method, args }, []);
    });
  }

  #settle(reply: Extract<StorageReply, { id: number }>): void {
    const waiting = this.#waiting.take(reply.id);
    if (waiting === undefined) return;
    if (reply.kind === "answer") return waiting.resolve(reply.value);
    waiting.reject(errorOf(reply.fault));
    if (!reply.fault.corrupt || this.#closing) return;
    this.#thorough = true;
    void this.#worker?.terminate();
  }

  #lose(error: AppError): void {
    this.#worker = undefined;
    for (const each of this.#waiting.takeWhere(() => true)) each.reject(error);
    if (this.#closing) return;
    this.#settings.onLost?.(error);
    this.#reopenLater();
  }

  #reopenLater(): void {
    this.#cancelReopen = this.#settings.clock.setTimer(this.#reopenMs, () => void this.#reopen());
    this.#reopenMs = Math.min(this.#reopenMs * 2, longestReopenMs);
  }

  async #reopen(): Promise<void> {
    try {
      const opening = await this.open(this.#thorough);
      this.#thorough = false;
      this.#settings.onReopened?.(opening);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!this.#closing) this.#reopenLater();
    }
  }
}

function errorOf({ code, message, hint }: StorageFault): AppError {
  return new AppError(code, message, hint === undefined ? {} : { hint });
}

function lost(cause: unknown): AppError {
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  return new AppError("ERR_STORAGE_IO", `the storage thread has ended${why}`, {
    cause,
    hint: "Watchfire opens the database again by itself.",
  });
}
