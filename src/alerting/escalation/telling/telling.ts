import type { Incident } from "../../../core/alerting/incident.ts";
import type { NextReaching, Reaching, Story } from "../../../core/message/story.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { AlertingConfig } from "../../alerting-config.ts";
import { chainOf } from "../../correlation/story.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";
import { nextMove } from "../chain/chain.ts";
import { isCauseFiring } from "../incident-cause.ts";
import { type Destination, resolveReach } from "./reach.ts";

const mostReached = 5;

/** Name of a person that people know; the id where the config has forgotten the person. */
export function personTitle({ escalation }: AlertingConfig, id: string): string {
  return escalation.people.get(id)?.contact.title ?? id;
}

/** Who is meant, as people call it: the person, else the receiver. */
export function whoIs(config: AlertingConfig, { receiver, recipient }: Destination): string {
  return recipient === undefined ? (config.receivers.get(receiver)?.title ?? receiver) : personTitle(config, recipient);
}

/**
 * What explains an incident that was told before, who was reached for it so far, who is next and when, and who has taken it; nothing
 * of who is next once it is over. A cause that ended before is told with the end.
 */
export function storyOf({ config, alerts }: Pick<PipelineState, "config" | "alerts">, incident: Incident): Story {
  const { acknowledgement, status, cause } = incident;
  const isCaused = cause !== undefined && (status === "resolved" || isCauseFiring({ alerts }, cause));
  const taken = {
    ...(acknowledgement === undefined || acknowledgement.isSnooze ? {} : { takenBy: acknowledgement.by }),
    ...(isCaused ? chainOf(cause.chain, config.locale) : {}),
  };
  if (status === "resolved") return taken;
  const reached = reachedOf(config, incident);
  const next = nextOf(config, incident, reached.at(-1)?.who);
  return {
    ...taken,
    ...(reached.length === 0 ? {} : { reached }),
    ...(next.length === 0 ? {} : { next }),
    ...(isAtEnd(incident) ? { isLast: true } : {}),
  };
}

function isAtEnd({ escalation, status }: Incident): boolean {
  return status === "open" && escalation !== undefined && nextMove(escalation, false) === undefined;
}

function reachedOf(config: AlertingConfig, { told = [], acknowledgement }: Incident): readonly Reaching[] {
  const byPerson = new Map<string, Reaching>();
  for (const { atMs, ...destination } of told) {
    // Who only reads along was not reached for: nobody counts on them, and their own call is still to come.
    if (destination.recipient === undefined || destination.isCopy === true) continue;
    const key = `${destination.recipient}@${atMs}`;
    const how = interrupts(config, destination.receiver) || byPerson.get(key)?.how === "call" ? "call" : "message";
    const missed = destination.answer ?? byPerson.get(key)?.answer;
    const answer = acknowledgement?.person === destination.recipient ? "taken" : missed;
    byPerson.set(key, { who: whoIs(config, destination), atMs, how, ...(answer === undefined ? {} : { answer }) });
  }
  return [...byPerson.values()].toSorted((a, b) => a.atMs - b.atMs).slice(-mostReached);
}

function interrupts({ receivers }: AlertingConfig, name: string): boolean {
  return receivers.get(name)?.integrations.some((integration) => integration.interrupts) ?? false;
}

function nextOf(config: AlertingConfig, incident: Incident, last: string | undefined): readonly NextReaching[] {
  const { escalation, status } = incident;
  const move = escalation === undefined ? undefined : nextMove(escalation, status === "acknowledged");
  if (move === undefined || escalation === undefined) return [];
  const step = move.kind === "step" ? move.step : escalation.policy.steps[0];
  const atMs = move.atMs + (move.kind === "repeat" ? (step?.atMs ?? 0) : 0);
  const names = namesAt(config, incident, step?.notify ?? [], atMs);
  return names.map((who) => ({ who, atMs, ...(who === last ? { again: true } : {}) }));
}

/** Names of those whom references lead to at a moment, each once; of people and receivers the people. */
function namesAt(
  config: AlertingConfig,
  incident: Incident,
  references: readonly string[],
  atMs: EpochMs,
): readonly string[] {
  const found = references.flatMap(
    (reference) => resolveReach(reference, incident.severity, atMs, config.escalation).destinations,
  );
  const counted = found.filter(({ isCopy }) => isCopy !== true);
  const people = counted.filter(({ recipient }) => recipient !== undefined);
  return [...new Set((people.length > 0 ? people : counted).map((destination) => whoIs(config, destination)))];
}
