import { setImmediate as nextTurn } from "node:timers/promises";

/** Lets everything that waits in the event loop run once before the caller goes on. */
export async function yieldLoop(): Promise<void> {
  await nextTurn();
}
