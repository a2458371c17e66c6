import type { ErrorCode } from "../core/errors.ts";
import type { Store } from "../core/store.ts";
import type { StoreOpening } from "../storage/sqlite/open-sqlite-store.ts";
import type { StorageSettings } from "../storage/storage-schema.ts";

/** What the storage thread is started with. */
export type StorageThreadData = Readonly<{ settings: StorageSettings; thorough: boolean }>;

/** One call of the store's port. */
export type StorageCall = {
  readonly [K in keyof Store]: Readonly<{ id: number; method: K; args: Parameters<Store[K]> }>;
}[keyof Store];

/** An `AppError` on its way between threads; `corrupt` asks for a thorough opening. */
export type StorageFault = Readonly<{ code: ErrorCode; message: string; hint?: string; corrupt: boolean }>;

export type StorageReply = Readonly<
  | { kind: "opened"; opening: StoreOpening }
  | { kind: "refused"; fault: StorageFault }
  | { kind: "answer"; id: number; value: unknown }
  | { kind: "failure"; id: number; fault: StorageFault }
>;
