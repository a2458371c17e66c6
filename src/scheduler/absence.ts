import type { EpochMs } from "../core/time/time.ts";
import type { SlotPlan, SlotRange } from "./slots.ts";
import { stableHash } from "./stable-hash.ts";

/** Catch-ups of all subjects are spread over this time, and a plan that comes around within it needs none. */
export const catchUpSpreadMs = 30_000;

/** What to do about slots that passed while nothing ran. */
export type Resumption = Readonly<{
  missed: SlotRange | undefined;
  catchUp: Readonly<{ slotMs: EpochMs; startMs: EpochMs }> | undefined;
}>;

/** Decides after an absence: the newest slot that passed is caught up when the plan itself does not come around soon, all others are missed. */
export function resume(plan: SlotPlan, id: string, afterMs: EpochMs, nowMs: EpochMs): Resumption {
  const passed = plan.between(afterMs, nowMs);
  if (passed === undefined) return { missed: undefined, catchUp: undefined };
  if (comesSoon(plan, nowMs)) return { missed: passed, catchUp: undefined };
  const catchUp = { slotMs: passed.lastMs, startMs: spreadStartMs(id, nowMs) };
  if (passed.count === 1) return { missed: undefined, catchUp };
  const missed = { ...passed, lastMs: passed.beforeLastMs, count: passed.count - 1 };
  return { missed, catchUp };
}

/** The first run of a subject that never ran: soon, unless its plan comes around soon anyway or waits for its own hour. */
export function firstRun(plan: SlotPlan, id: string, nowMs: EpochMs): Resumption["catchUp"] {
  const slotMs = plan.currentMs(nowMs);
  if (slotMs === undefined || comesSoon(plan, nowMs)) return undefined;
  return { slotMs, startMs: spreadStartMs(id, nowMs) };
}

function comesSoon(plan: SlotPlan, nowMs: EpochMs): boolean {
  const nextMs = plan.nextMs(nowMs);
  return nextMs !== undefined && nextMs <= nowMs + catchUpSpreadMs;
}

function spreadStartMs(id: string, nowMs: EpochMs): EpochMs {
  return nowMs + (stableHash(id) % catchUpSpreadMs);
}
