import type { CheckState } from "../../core/checks/check-state.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { blindAtMs } from "../check-alerts/check-demands.ts";
import type { EngineState } from "./engine-state.ts";

/** Watches a subject that is not measured until it is blind; from then on its alert says so. */
export function watchBlindness(state: EngineState, id: string, checkState: CheckState, nowMs: EpochMs): void {
  const check = state.subjects.get(id)?.check;
  const dueMs = check === undefined ? undefined : blindAtMs(check, checkState);
  state.blind.set(id, dueMs !== undefined && dueMs > nowMs ? dueMs : undefined);
}
