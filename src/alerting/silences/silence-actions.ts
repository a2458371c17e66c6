import { type Silence, silenceState } from "../../core/alerting/silence.ts";
import type { Json } from "../../core/json.ts";
import { formatMatcher } from "../../core/matching/matcher.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { wakeMuted } from "../muting/releasing.ts";
import type { Action } from "../pipeline/action.ts";
import { type SilenceWish, silenceFault } from "./check-silence.ts";
import { isLoose } from "./silence-book.ts";

/** How an action on a silence ended; the message is one sentence for whoever asked. */
export type SilenceOutcome = Readonly<
  { ok: true; silence: Silence } | { ok: false; problem: "invalid" | "unknown" | "limit"; message: string }
>;

const mostUnexpired = 10_000;
const mostLoose = 500;
const secondMs = 1000;

/**
 * Creates or changes a silence. It stays the same one only where its matchers are equal, in their order, and an active one keeps
 * its start (to the second); else the old one expires now and the answer is a new one.
 * @see https://github.com/prometheus/alertmanager/blob/main/silence/silence.go
 */
export function setSilence(wish: SilenceWish): Action<SilenceOutcome> {
  return ({ state, nowMs, ids }) => {
    const { silences } = state;
    const fault = silenceFault(wish, nowMs);
    if (fault !== undefined) return refused("invalid", fault);
    const before = wish.id === undefined ? undefined : silences.get(wish.id);
    if (wish.id !== undefined && before === undefined) return refused("unknown", "silence not found");
    const isSame = before !== undefined && isUpdate(before, wish, nowMs);
    const full = isSame ? undefined : limitReached(silences.all(), wish, nowMs);
    if (full !== undefined) return refused("limit", full);
    if (before !== undefined && !isSame) silences.put(expired(before, nowMs));
    const { matchers, endsAtMs, createdBy, comment } = wish;
    const startsAtMs = isSame && before.startsAtMs <= nowMs ? before.startsAtMs : Math.max(wish.startsAtMs, nowMs);
    const id = isSame ? before.id : ids.next();
    const silence: Silence = { id, matchers, startsAtMs, endsAtMs, updatedAtMs: nowMs, createdBy, comment };
    silences.put(silence);
    wakeMuted(state, nowMs);
    return { outcome: { ok: true, silence }, audit: [auditOf(isSame ? "silence_changed" : "silence_added", silence)] };
  };
}

/** Ends a silence now; one that has expired already stays as it is. */
export function expireSilence(id: string, by: string): Action<SilenceOutcome> {
  return ({ state, nowMs }) => {
    const before = state.silences.get(id);
    if (before === undefined) return refused("unknown", "silence not found");
    const silence = expired(before, nowMs);
    if (silence === before) return { outcome: { ok: true, silence } };
    state.silences.put(silence);
    wakeMuted(state, nowMs);
    return { outcome: { ok: true, silence }, audit: [{ ...auditOf("silence_expired", silence), by }] };
  };
}

/** What every alert has to be held against costs more than what one label value leads to. */
function limitReached(known: readonly Silence[], wish: SilenceWish, nowMs: EpochMs): string | undefined {
  const unexpired = known.filter((each) => nowMs < each.endsAtMs);
  if (unexpired.length >= mostUnexpired) return `there are ${mostUnexpired} silences already; let some expire`;
  return isLoose(wish) && unexpired.filter(isLoose).length >= mostLoose
    ? `there are ${mostLoose} silences without a matcher such as service=shop already; name a label and its value`
    : undefined;
}

function isUpdate(before: Silence, wish: SilenceWish, nowMs: EpochMs): boolean {
  if (JSON.stringify(before.matchers.map(formatMatcher)) !== JSON.stringify(wish.matchers.map(formatMatcher)))
    return false;
  const state = silenceState(before, nowMs);
  if (state === "active")
    return (
      Math.floor(before.startsAtMs / secondMs) === Math.floor(wish.startsAtMs / secondMs) && wish.endsAtMs >= nowMs
    );
  return state === "pending" && wish.startsAtMs >= nowMs;
}

function expired(silence: Silence, nowMs: EpochMs): Silence {
  if (silence.endsAtMs <= nowMs) return silence;
  return { ...silence, startsAtMs: Math.min(silence.startsAtMs, nowMs), endsAtMs: nowMs, updatedAtMs: nowMs };
}

function refused(problem: "invalid" | "unknown" | "limit", message: string) {
  return { outcome: { ok: false, problem, message } } as const;
}

function auditOf(action: string, silence: Silence): Readonly<Record<string, Json>> {
  const { id, createdBy, comment, startsAtMs, endsAtMs } = silence;
  return { action, id, by: createdBy, comment, startsAtMs, endsAtMs, matchers: silence.matchers.map(formatMatcher) };
}
