import type { EpochMs } from "../../core/time/time.ts";
import type { AlertTransition } from "../alert-book/alert-book.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { drillSource } from "./drill.ts";

/** Ends drills whose time is over, and those that somebody has taken: the rehearsal has reached its goal. */
export function endDrills(state: PipelineState, nowMs: EpochMs): AlertTransition[] {
  return [...state.drills.values()].flatMap(({ name, untilMs, demand }) => {
    const taker = takerOf(state, demand.fingerprint);
    if (nowMs < untilMs && taker === undefined) return [];
    state.drills.delete(name);
    const why = taker === undefined ? "the time of the drill is over" : `${taker} has taken it: the drill is over`;
    return state.alerts.demand(drillSource(name), [], nowMs, { kind: "drill_over", because: why });
  });
}

/** When a drill ends next; undefined without any. */
export function nextDrillMs(state: PipelineState): EpochMs | undefined {
  const times = [...state.drills.values()].map(({ demand, untilMs }) =>
    takerOf(state, demand.fingerprint) === undefined ? untilMs : Number.NEGATIVE_INFINITY,
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

function takerOf({ incidents }: PipelineState, fingerprint: string): string | undefined {
  const incident = incidents.values().find(({ members }) => members.includes(fingerprint));
  return incident?.status === "acknowledged" ? incident.acknowledgement?.by : undefined;
}
