import type { OncallOverride } from "../../../core/alerting/oncall-override.ts";
import type { Json } from "../../../core/json.ts";
import { nearestName } from "../../../core/nearest-name.ts";
import { severities } from "../../../core/severity.ts";
import { localTime } from "../../../core/time/local-time.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { Action, ActionContext } from "../../pipeline/action.ts";
import type { EngineState } from "../../pipeline/engine-state.ts";
import { withOverrides } from "./schedule.ts";

/** An exception that somebody wishes for. */
export type OverrideWish = Readonly<{
  schedule: string;
  person: string;
  /** Absent: now. */
  fromMs?: EpochMs;
  toMs: EpochMs;
  by: string;
  comment?: string;
}>;

/** How it ended; the message is one sentence for whoever asked. */
export type OverrideOutcome = Readonly<
  | { ok: true; override: OncallOverride; message: string }
  | { ok: false; problem: "invalid" | "unknown" | "limit"; message: string }
>;
type Refusal = Extract<OverrideOutcome, { ok: false }>;

const mostOverrides = 1000;
const longestMs = 366 * 86_400_000;
/** So long after its end an exception is kept, so that a hand-over that is told late names the right people. */
const keptAfterEndMs = 86_400_000;

/** Puts somebody on call instead of whom the schedule names; what was put in later decides over the config, and no two of them overlap. */
export function setOverride(wish: OverrideWish): Action<OverrideOutcome> {
  return ({ state, nowMs, ids }) => {
    const fromMs = Math.max(wish.fromMs ?? nowMs, nowMs);
    const refusal = refusalOf(state, { ...wish, fromMs }, nowMs);
    if (refusal !== undefined) return { outcome: refusal };
    const { schedule, person, toMs, by, comment } = wish;
    const said = comment === undefined ? {} : { comment };
    const override: OncallOverride = { id: ids.next(), schedule, person, fromMs, toMs, by, ...said };
    dropOld(state, nowMs);
    state.overrides.set(override.id, override);
    applyOverrides(state, nowMs);
    const span = `${momentOf(state, schedule, fromMs)} to ${momentOf(state, schedule, toMs)}`;
    const message = `${titleOf(state, person)} is on call for ${schedule} from ${span}`;
    return { outcome: { ok: true, override, message }, audit: [auditOf("oncall_override_set", override, by)] };
  };
}

/** Takes an exception back: one that has begun ends now, one that has not is gone. */
export function removeOverride(id: string, by: string): Action<OverrideOutcome> {
  return ({ state, nowMs }) => {
    const override = state.overrides.get(id);
    if (override === undefined || override.toMs <= nowMs) {
      const message = `there is no exception "${id}" that is still to come or goes on`;
      return { outcome: { ok: false, problem: "unknown", message } };
    }
    const hasBegun = override.fromMs < nowMs;
    const ended = { ...override, toMs: nowMs };
    if (hasBegun) state.overrides.set(id, ended);
    else state.overrides.delete(id);
    applyOverrides(state, nowMs);
    const message = `${titleOf(state, override.person)} ${hasBegun ? "is no longer" : "will not be"} on call for ${override.schedule} in place of the schedule`;
    return { outcome: { ok: true, override: ended, message }, audit: [auditOf("oncall_override_removed", ended, by)] };
  };
}

/** Lets the schedules of the config follow the exceptions; whoever is on call by that is told at the next step. */
export function applyOverrides(state: EngineState, nowMs: EpochMs): void {
  const { escalation } = state.config;
  const schedules = withOverrides(state.schedules, state.overrides.values());
  state.config = { ...state.config, escalation: { ...escalation, schedules } };
  state.handovers.nextMs = nowMs;
  // What begins in the moment up to which changes were told has not been told yet.
  if (state.handovers.seenMs >= nowMs) state.handovers.seenMs = nowMs - 1;
}

function dropOld({ overrides }: EngineState, nowMs: EpochMs): void {
  for (const { id, toMs } of overrides.values()) if (nowMs - toMs > keptAfterEndMs) overrides.delete(id);
}

function refusalOf(
  state: ActionContext["state"],
  wish: OverrideWish & Readonly<{ fromMs: EpochMs }>,
  nowMs: EpochMs,
): Refusal | undefined {
  const { people } = state.config.escalation;
  if (!state.schedules.has(wish.schedule)) return unknown("schedule", wish.schedule, [...state.schedules.keys()]);
  const person = people.get(wish.person);
  if (person === undefined) return unknown("person", wish.person, [...people.keys()]);
  if (severities.every((severity) => person.reach[severity].length === 0))
    return invalid(`${person.contact.title} cannot be told of anything; give people.${person.id}.reach receivers`);
  if (wish.toMs <= nowMs) return invalid("it would be over already; give an end that is still to come");
  if (wish.toMs <= wish.fromMs) return invalid("it ends before it begins");
  if (wish.toMs - wish.fromMs > longestMs) return invalid("it would last for more than a year; change the schedule");
  const present = state.overrides.values().filter(({ toMs }) => toMs > nowMs);
  const other = present.find(
    ({ schedule, fromMs, toMs }) => schedule === wish.schedule && fromMs < wish.toMs && wish.fromMs < toMs,
  );
  if (other !== undefined) {
    const span = `${momentOf(state, other.schedule, other.fromMs)} to ${momentOf(state, other.schedule, other.toMs)}`;
    const whose = `${titleOf(state, other.person)} is on call for ${other.schedule} from ${span} by the exception ${other.id}`;
    return invalid(`${whose}; remove that one first`);
  }
  if (present.length < mostOverrides) return undefined;
  return { ok: false, problem: "limit", message: `there are ${mostOverrides} exceptions already` };
}

function invalid(message: string): Refusal {
  return { ok: false, problem: "invalid", message };
}

function unknown(what: string, name: string, known: readonly string[]): Refusal {
  const nearest = nearestName(name, known);
  const others = known.length === 0 ? "none is configured" : `there are ${known.slice(0, 10).join(", ")}`;
  const hint = nearest === undefined ? others : `did you mean "${nearest}"?`;
  return { ok: false, problem: "unknown", message: `there is no ${what} "${name}"; ${hint}` };
}

function titleOf({ config }: ActionContext["state"], person: string): string {
  return config.escalation.people.get(person)?.contact.title ?? person;
}

function momentOf({ schedules, config }: ActionContext["state"], schedule: string, atMs: EpochMs): string {
  return localTime(atMs, schedules.get(schedule)?.timeZone ?? config.timeZone);
}

function auditOf(action: string, override: OncallOverride, by: string): Json {
  const { id, schedule, person, fromMs, toMs, comment = "" } = override;
  return { action, id, schedule, person, fromMs, toMs, comment, by };
}
