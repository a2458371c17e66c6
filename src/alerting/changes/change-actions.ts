import type { ReportedChange } from "../../core/alerting/reported-change.ts";
import { nearestName } from "../../core/nearest-name.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Action } from "../pipeline/action.ts";
import { mostKept } from "./recent-changes.ts";

/** A change as somebody reports it. */
export type ChangeWish = Readonly<Omit<ReportedChange, "id">>;

/** How it ended; the message is one sentence for whoever asked. */
export type ChangeOutcome = Readonly<
  { ok: true; change: ReportedChange } | { ok: false; problem: "invalid" | "unknown" | "limit"; message: string }
>;

const furthestAheadMs = 300_000;
const furthestBackMs = 7 * 86_400_000;
const sameWithinMs = 60_000;

/** Takes note of a change; what was reported a moment ago in the same words is the same change. */
export function reportChange(wish: ChangeWish): Action<ChangeOutcome> {
  return ({ state, nowMs, ids }) => {
    const fault = faultOf(wish, state.config.services, nowMs);
    if (fault !== undefined) return { outcome: fault };
    const again = state.changes.values().find((known) => isSame(known, wish));
    if (again !== undefined) return { outcome: { ok: true, change: again } };
    if (state.changes.size >= 2 * mostKept)
      return { outcome: { ok: false, problem: "limit", message: "too many changes were reported lately" } };
    const change: ReportedChange = { id: ids.next(), ...wish };
    state.changes.set(change.id, change);
    return {
      outcome: { ok: true, change },
      audit: [{ action: "change_reported", id: change.id, by: wish.by, text: wish.text }],
    };
  };
}

function isSame(known: ReportedChange, wish: ChangeWish): boolean {
  return (
    known.text === wish.text &&
    known.by === wish.by &&
    Math.abs(known.atMs - wish.atMs) <= sameWithinMs &&
    JSON.stringify(known.services) === JSON.stringify(wish.services)
  );
}

function faultOf(
  { services = [], atMs }: ChangeWish,
  known: ReadonlyMap<string, unknown>,
  nowMs: EpochMs,
): Extract<ChangeOutcome, { ok: false }> | undefined {
  const unknown = services.find((name) => !known.has(name));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, [...known.keys()]);
    const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    return { ok: false, problem: "unknown", message: `there is no service "${unknown}"${hint}` };
  }
  if (atMs <= nowMs + furthestAheadMs && atMs >= nowMs - furthestBackMs) return undefined;
  return { ok: false, problem: "invalid", message: "a change is reported when it happens, or up to a week later" };
}
