import type { CheckState } from "../../../src/core/checks/check-state.ts";
import type { Store } from "../../../src/core/store.ts";
import { subject } from "../../support/samples/store-records.ts";

export const hourMs = 3_600_000;
/** A full hour, at which the clocks of these suites start. */
export const baseMs = Date.UTC(2026, 10, 23, 2, 0, 0);

export function checkState(over: Partial<CheckState> = {}): CheckState {
  return {
    ...subject,
    confirmed: "up",
    flaws: {},
    sinceMs: baseMs,
    lastSlotMs: baseMs,
    recent: ["up"],
    flapping: false,
    ...over,
  };
}

/** Prunes in small steps until nothing is left to do. */
export async function pruneUntilDone(store: Store, nowMs: number): Promise<void> {
  for (let turn = 0; turn < 10_000; turn += 1) if ((await store.prune(nowMs, 1)) === "done") return;
  throw new Error("pruning does not end");
}
