import type { Alert } from "../../../core/alerting/alert.ts";
import type { Escalation } from "../../../core/alerting/escalation.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import type { AlertingConfig } from "../../alerting-config.ts";
import { withHearer } from "../../incidents/hearers.ts";
import { note } from "../../incidents/incident-record.ts";
import { decide, type EscalationStepContext } from "../escalation-context.ts";
import { unmetCondition } from "../policies/step-conditions.ts";
import { sparingLearners } from "../telling/learners.ts";
import { type Destination, resolveReach } from "../telling/reach.ts";
import { whoIs } from "../telling/telling.ts";
import { beginAgain, hurry, joinedTold, type NextMove, nextMove, stepDone } from "./chain.ts";
import { reachesSomebody } from "./ring-again.ts";

type StepMove = Extract<NextMove, { kind: "step" }>;
type Running = Readonly<{
  incident: Incident;
  escalation: Escalation;
  move: StepMove;
  firing: readonly Alert[];
}>;

/** Takes a step: tells whom it names, or passes it over and says why. Where it reaches no person, the next step is due at once. */
export function runStep(context: EscalationStepContext, running: Running): Incident {
  const { config, nowMs } = context;
  const { incident, escalation, move, firing } = running;
  let after = stepDone(escalation, move.index);
  const name = `step ${move.index + 1} of ${escalation.policy.steps.length}`;
  const time = { nowMs, intervals: config.muting.intervals };
  const severity = escalation.sunkTo ?? incident.severity;
  const unmet = unmetCondition(move.step, severity, firing, time);
  if (unmet !== undefined) {
    decide(context, "drop", incident.id, `${name} is passed over: ${unmet}`);
    return said({ ...incident, escalation: after }, context, "passed over", `${name}: ${unmet}`);
  }
  const reaches = move.step.notify.map((reference) => resolveReach(reference, severity, nowMs, config.escalation));
  const reached = reaches.flatMap((reach) => reach.destinations);
  const destinations = sparingLearners(reached, config);
  const told = tell(context, running, destinations);
  if (told.some((destination) => reachesSomebody(config, destination))) after = joinedTold(after);
  const missing = reaches.flatMap(({ nobody }) => nobody ?? []);
  const detail = [...namesOf(context, told), ...missing].join(", ");
  decide(context, told.length > 0 ? "pass" : "drop", incident.id, `${name} of ${escalation.policy.title}: ${detail}`);
  let next: Incident = said({ ...incident, escalation: after }, context, "escalated", `${name}: ${detail}`);
  const heard = firing.map(({ fingerprint }) => fingerprint);
  for (const destination of told)
    next = withHearer(next, { ...destination, isQuiet: destination.isCopy === true }, nowMs, heard);
  const isMissed = missing.length > 0 && !told.some(({ recipient, isCopy }) => recipient !== undefined && !isCopy);
  return isMissed || told.length === 0 ? fallThrough(context, next, after) : ended(context, next, after);
}

/** Begins the chain again. */
export function repeatChain(context: EscalationStepContext, incident: Incident, escalation: Escalation): Incident {
  const again = beginAgain(escalation, context.nowMs);
  const what = escalation.joinedAtMs === undefined ? "" : ", and something critical has joined";
  const because = `nobody has taken it${what}: ${escalation.policy.title} begins again, round ${again.round + 1}`;
  decide(context, "pass", incident.id, because);
  return said({ ...incident, escalation: again }, context, "repeated", because);
}

function tell(
  { config, mailing, nowMs }: EscalationStepContext,
  { incident, escalation, move, firing }: Running,
  destinations: readonly Destination[],
): readonly Destination[] {
  const { round } = escalation;
  const isFirst = round === 0 && move.index === 0;
  const because = isFirst ? "first notification" : "escalated";
  const saying = {
    about: { ...incident, isIncident: true },
    key: `step/${round}.${move.index}@${nowMs}`,
    intent: "firing",
    because,
    alerts: firing,
    ...(isFirst ? {} : { story: { news: { kind: "escalated", who: whoAll(config, destinations) } as const } }),
    nowMs,
  } as const;
  return destinations.filter((destination) => mailing.add(destination, saying));
}

/** Names of the people who are reached, else of the receivers. */
function whoAll(config: AlertingConfig, destinations: readonly Destination[]): string {
  const counted = destinations.filter(({ isCopy }) => isCopy !== true);
  const people = counted.filter(({ recipient }) => recipient !== undefined);
  const named = (people.length > 0 ? people : counted).map((destination) => whoIs(config, destination));
  return [...new Set(named)].join(config.locale === "zh" ? "、" : ", ");
}

/** Nobody is there to be reached: the next step does not wait for its time. */
function fallThrough(context: EscalationStepContext, incident: Incident, after: Escalation): Incident {
  if (nextMove(after, false)?.kind !== "step") return ended(context, incident, after);
  if (incident.status === "acknowledged") return incident;
  const because = "nobody was reached: the next step is taken at once";
  decide(context, "pass", incident.id, because);
  return said({ ...incident, escalation: hurry(after, context.nowMs) }, context, "nobody", because);
}

/** Says that the chain has come to its end, where it has. */
function ended(context: EscalationStepContext, incident: Incident, after: Escalation): Incident {
  const next = nextMove(after, false);
  if (next?.kind === "step") return incident;
  const then = next === undefined ? "" : `; it begins again at ${new Date(next.atMs).toISOString()}`;
  const because = `${after.policy.title} has no further step${then}`;
  decide(context, "pass", incident.id, because);
  return said(incident, context, "exhausted", because);
}

function namesOf({ config }: EscalationStepContext, told: readonly Destination[]): readonly string[] {
  const receivers = new Map<string, string[]>();
  for (const destination of told) {
    const copy = destination.isCopy === true ? " (copy)" : "";
    const who = destination.recipient === undefined ? destination.receiver : `${whoIs(config, destination)}${copy}`;
    receivers.set(who, [...(receivers.get(who) ?? []), destination.receiver]);
  }
  return [...receivers].map(([who, by]) => (by[0] === who ? who : `${who} by ${by.join(" and ")}`));
}

function said(incident: Incident, { nowMs }: EscalationStepContext, kind: string, detail: string): Incident {
  return note(incident, { atMs: nowMs, kind, detail });
}
