import type { Escalation } from "../../../core/alerting/escalation.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import type { OutboxRow } from "../../../core/alerting/outbox.ts";
import type { Decision } from "../../../core/alerting/stage.ts";
import type { IdSource } from "../../../core/ports/random.ts";
import { compareSeverity } from "../../../core/severity.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { isActive } from "../../correlation/explanations.ts";
import { findCauses } from "../../correlation/find-causes.ts";
import { type Audible, audibleMembers } from "../../incidents/audible-members.ts";
import { followAudible, followFiring } from "../../incidents/chain-severity.ts";
import { Mutes } from "../../muting/mutes.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";
import { decide, type EscalationStepContext } from "../escalation-context.ts";
import { dueOf } from "../incident-book.ts";
import { handOver } from "../oncall/hand-over.ts";
import { Mailing } from "../telling/mailing.ts";
import { tellCauses } from "../telling/tell-causes.ts";
import { tellEnd } from "../telling/tell-end.ts";
import { tellNews } from "../telling/tell-news.ts";
import { storyOf } from "../telling/telling.ts";
import { endAcknowledgement } from "./acknowledgement.ts";
import { askAgainMs, joinedTold, type NextMove, nextMove, pauseChain, resumeChain } from "./chain.ts";
import { considerPolicy } from "./consider-policy.ts";
import { hasJoinedInVain } from "./ring-again.ts";
import { repeatChain, runStep } from "./run-step.ts";

/** No chain makes more moves at once; what is left is due at the next flush. */
const mostMoves = 100;

/** What the groups say, and what they decided of it. */
type Said = Readonly<{ outbox: readonly OutboxRow[]; decisions: readonly Decision[] }>;

/** What was said and decided, and everything else that the step of the engine says. */
export type Escalated = Readonly<{ outbox: readonly OutboxRow[]; decisions: readonly Decision[] }>;

/**
 * Lets every incident's chain do what is due: steps in their order, the end of an acknowledgement, the next round; and tells everybody
 * who was told by a step that an incident is over. `said` is what the groups say in the same step.
 */
export function escalate(state: PipelineState, said: Said, ids: IdSource, nowMs: EpochMs): Escalated {
  const mailing = new Mailing(said.outbox, state.config, ids);
  const context: EscalationStepContext = { config: state.config, mailing, nowMs, decisions: [] };
  handOver(state, context);
  let mutes: Mutes | undefined;
  if (said.outbox.length > 0) context.decisions.push(...findCauses(state, toldIn(said), nowMs));
  const stirred = state.incidents.takeStirred(nowMs, mailing.incidents());
  for (const { id } of stirred) {
    const incident = state.incidents.get(id);
    if (incident === undefined) continue;
    if (isAtRest(incident, nowMs)) {
      if (hasStory(incident)) mailing.complete(incident.id, () => storyOf(state, incident));
      continue;
    }
    if (incident.status === "resolved") {
      tellEnd(state, context, incident);
      mailing.complete(incident.id, () => storyOf(state, incident));
      continue;
    }
    let audible: Audible | undefined;
    const mayTell = (): Audible => {
      mutes ??= new Mutes(state, nowMs);
      audible ??= audibleMembers(state, incident, mutes);
      return audible;
    };
    const moved = moveOn(state, incident, { context, mayTell });
    state.incidents.settle(moved);
    if (hasStory(moved)) mailing.complete(moved.id, () => storyOf(state, moved));
  }
  const caused = stirred.flatMap(({ id, cause }) => (cause !== undefined && cause.toldAtMs === undefined ? id : []));
  if (caused.length > 0)
    tellCauses(state, context, caused, (incident) => {
      mutes ??= new Mutes(state, nowMs);
      return audibleMembers(state, incident, mutes);
    });
  return { outbox: mailing.rows, decisions: context.decisions };
}

function* toldIn({ decisions }: Said): Generator<string> {
  for (const { stage, outcome, subject } of decisions) if (stage === "flush" && outcome === "pass") yield subject;
}

/** True when nothing has joined or come due: in an outage of everything nearly all incidents are so at every step. */
function isAtRest(incident: Incident, nowMs: EpochMs): boolean {
  const { status, escalation, severity, considered = 0, members } = incident;
  if (status === "resolved" || considered !== members.length) return false;
  if (escalation !== undefined && compareSeverity(severity, escalation.severity) > 0) return false;
  const dueMs = dueOf(incident);
  return dueMs === undefined || dueMs > nowMs;
}

type Moving = Readonly<{ context: EscalationStepContext; mayTell: () => Audible }>;

function moveOn(state: PipelineState, incident: Incident, { context, mayTell }: Moving): Incident {
  const { nowMs } = context;
  let isCarried = false;
  const consider = (each: Incident): Incident => {
    const considered = considerPolicy(context, state, each);
    isCarried ||= considered.isCarried === true;
    return considered.incident;
  };
  const considered = consider(incident);
  const { acknowledgement } = considered;
  const hasEnded = acknowledgement?.untilMs !== undefined && acknowledgement.untilMs <= nowMs;
  let current = considered;
  if (hasEnded) current = endAcknowledgement(context, followFiring(state, { ...considered, status: "open" }, nowMs));
  else if (considered.escalation?.isMuffled && !state.incidents.isWaiting(incident.id, nowMs))
    current = consider(followFiring(state, considered, nowMs));
  for (let moves = 0; moves < mostMoves; moves += 1) {
    const due = dueMove(current, nowMs);
    if (due === undefined) break;
    if (due.escalation.pausedSinceMs !== undefined && state.incidents.isWaiting(current.id, nowMs)) {
      restOn(state, current, { audible: mayTell(), nowMs });
      break;
    }
    // Nobody is told of a severity that is over, whether or not a group has told that already.
    const followed = consider(followFiring(state, current, nowMs));
    if (followed !== current) {
      current = followed;
      continue;
    }
    const audible = mayTell();
    const muffled = muffle(context, current, audible);
    if (muffled !== current) {
      current = muffled;
      continue;
    }
    const isVain = hasJoinedInVain(current, audible.alerts);
    if (isVain && due.escalation.policy.repeatMs !== undefined) {
      current = { ...current, escalation: joinedTold(due.escalation) };
      continue;
    }
    if (isVain || audible.alerts.length === 0) {
      current = hold(current, due);
      restOn(state, current, { audible, nowMs });
      break;
    }
    state.incidents.waitUntil(current.id, undefined);
    current = makeMove(context, current, due, audible);
  }
  if (isListening(current, nowMs)) {
    state.incidents.waitUntil(current.id, askAgainMs(current.escalation, mayTell().moreAtMs, nowMs));
  }
  const carried = isCarried ? mayTell().alerts.filter(isActive) : [];
  if (carried.length > 0) tellNews(state, context, current, { news: { kind: "cause_changed" }, alerts: carried });
  if (hasEnded) {
    const news = { kind: "untaken", who: acknowledgement.by } as const;
    tellNews(state, context, current, { news, alerts: mayTell().alerts });
  }
  return current;
}

/** Lets a held chain wait until it is asked again. */
function restOn(
  { incidents }: PipelineState,
  { id, escalation }: Incident,
  { audible, nowMs }: Readonly<{ audible: Audible; nowMs: EpochMs }>,
): void {
  const moreAtMs = audible.alerts.length === 0 ? audible.moreAtMs : Number.POSITIVE_INFINITY;
  incidents.waitUntil(id, askAgainMs(escalation, moreAtMs, nowMs));
}

function muffle(context: EscalationStepContext, incident: Incident, { alerts }: Audible): Incident {
  const muffled = followAudible(incident, alerts);
  const { sunkTo = incident.severity } = muffled.escalation ?? {};
  if (muffled !== incident)
    decide(
      context,
      "hold",
      incident.id,
      `all that is graver than ${sunkTo} is muted: people are reached as for ${sunkTo}`,
    );
  return muffled;
}

/** True while something graver is muted than what the chain goes by, and nothing else lets it ask again: since the clock was set back, it may be held from a moment to come. */
function isListening({ status, escalation }: Incident, nowMs: EpochMs): boolean {
  return status === "open" && escalation?.isMuffled === true && (escalation.pausedSinceMs ?? Infinity) > nowMs;
}

type Due = Readonly<{ escalation: Escalation; move: NextMove }>;

function dueMove({ escalation, status }: Incident, nowMs: EpochMs): Due | undefined {
  const move = escalation === undefined ? undefined : nextMove(escalation, status === "acknowledged");
  return escalation === undefined || move === undefined || move.atMs > nowMs ? undefined : { escalation, move };
}

/** Nothing that somebody would be told of fires and may be told: the chain stands still and keeps its distances. */
function hold(incident: Incident, { escalation, move }: Due): Incident {
  const paused = pauseChain(escalation, move.atMs);
  return paused === escalation ? incident : { ...incident, escalation: paused };
}

function makeMove(
  context: EscalationStepContext,
  incident: Incident,
  { escalation, move }: Due,
  { alerts }: Audible,
): Incident {
  if (escalation.pausedSinceMs !== undefined)
    return { ...incident, escalation: resumeChain(escalation, context.nowMs) };
  return move.kind === "repeat"
    ? repeatChain(context, incident, escalation)
    : runStep(context, { incident, escalation, move, firing: alerts });
}

function hasStory({ escalation, acknowledgement, told, cause }: Incident): boolean {
  return [escalation, acknowledgement, told, cause].some((each) => each !== undefined);
}
