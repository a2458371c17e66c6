import type { DatabaseEvent, DatabaseJob, DatabaseRefusal } from "../../core/ports/databases.ts";
import type { RelayedSocket } from "./relayed-socket.ts";

/** What a driver works with: its job, its way to the server, and whom it tells. */
export type DriverScene = Readonly<{ job: DatabaseJob; socket: RelayedSocket; tell(event: DatabaseEvent): void }>;

/** Loads a package and returns what runs a session with it, which rejects with what the server or the driver says. */
export type LoadDriver = () => Promise<(scene: DriverScene) => Promise<void>>;

/** What a driver's error says; the code is that of the database where it has one. */
export function refusalOf(error: unknown): DatabaseRefusal {
  return { code: codeOf(error), message: error instanceof Error ? error.message.slice(0, 1000) : "" };
}

/** The code of an error; empty when it has none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { errno, code } = error as Error & { errno?: unknown; code?: unknown };
  const told = typeof errno === "number" && errno > 0 ? errno : code;
  return typeof told === "string" || typeof told === "number" ? String(told).slice(0, 100) : "";
}
