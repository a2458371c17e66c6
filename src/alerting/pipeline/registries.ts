import type { EpochMs } from "../../core/time/time.ts";
import type { AlertTransition, End } from "../alert-book/alert-book.ts";
import { blindAtMs } from "../check-alerts/check-demands.ts";
import { watchBlindness } from "./blindness.ts";
import type { ConfiguredSubject, EngineState } from "./engine-state.ts";
import { troubleDemand, troubleSource } from "./trouble.ts";

const component = "registries";
const kind = "domain";
/** So many domains that were never looked up have one thing in common; fewer are told one by one. */
const fewest = 3;

const answered: End = { because: "a registry has answered" };

/** True for a domain whose blindness is told by one alert for all: none of them was ever looked up from here. */
export function isToldByRegistries(state: EngineState, { check }: ConfiguredSubject): boolean {
  return check.probe === kind && state.troubles.has(component);
}

/** Notes whether the trouble is there, after a start or another config; its alert follows with those of all troubles. */
export function noteRegistries(state: EngineState, nowMs: EpochMs): void {
  const count = neverLookedUp(state, nowMs);
  if (count === 0) state.troubles.delete(component);
  else state.troubles.set(component, { component, detail: detailOf(count) });
}

/** Raises the trouble where one of the subjects that have just become blind is a domain and none was ever looked up. */
export function raiseRegistries(state: EngineState, becameBlind: readonly string[], nowMs: EpochMs): AlertTransition[] {
  if (!becameBlind.some((id) => state.subjects.get(id)?.check.probe === kind)) return [];
  const count = neverLookedUp(state, nowMs);
  if (count === 0) return [];
  const trouble = { component, detail: detailOf(count) };
  state.troubles.set(component, trouble);
  return state.alerts.demand(troubleSource(component), [troubleDemand(trouble, state.config)], nowMs, answered);
}

/** Ends the trouble with the first domain that was looked up; the others have their time to follow before they are called blind. */
export function endRegistries(state: EngineState, measured: ConfiguredSubject, nowMs: EpochMs): AlertTransition[] {
  if (!isToldByRegistries(state, measured)) return [];
  state.troubles.delete(component);
  for (const [id, { check }] of state.subjects) {
    const checkState = state.checkStates.get(id);
    if (check.probe !== kind || checkState?.blindSinceMs === undefined) continue;
    const seen = { ...checkState, blindSinceMs: nowMs };
    state.checkStates.set(id, seen);
    watchBlindness(state, id, seen, nowMs);
  }
  return state.alerts.demand(troubleSource(component), [], nowMs, answered);
}

/** How many domains there are, when one of them is blind, for another reason than a lost uplink, and none was ever looked up; else 0. */
function neverLookedUp(state: EngineState, nowMs: EpochMs): number {
  let count = 0;
  let someAreBlind = false;
  for (const [id, { check }] of state.subjects) {
    if (check.probe !== kind) continue;
    const checkState = state.checkStates.get(id);
    if (checkState?.streak !== undefined) return 0;
    count += 1;
    const blindMs = checkState === undefined ? undefined : blindAtMs(check, checkState);
    someAreBlind ||= blindMs !== undefined && blindMs <= nowMs && checkState?.headline?.reason !== "uplink";
  }
  return someAreBlind && count >= fewest ? count : 0;
}

function detailOf(count: number) {
  return {
    en: `none of ${count} domains could ever be looked up; where no way leads to their registries, write domain: false for these sites`,
    zh: `${count} 个域名从未查询成功;若本机访问不到注册局,请为这些站点写 domain: false`,
  };
}
