import type { ToldDestination } from "../../core/alerting/escalation.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { Knowing } from "./knowing.ts";
import { knowingNothing, knowledgeAfter } from "./knowledge.ts";

/** A destination as versions up to 9 of the schema may have it. */
type OlderDestination = Omit<ToldDestination, "knows"> &
  Readonly<{
    knows?: string;
    /** So many of the first members it heard of; absent: of all. */
    heardOf?: number;
    /** Alerts that it heard of besides. */
    also?: readonly string[];
    /** Alerts that are over for it. */
    ended?: readonly string[];
    /** Alerts that are over for all who look into the receiver, but not for the person. */
    seen?: readonly string[];
    /** Alerts that it was told of by what does not ring. */
    quiet?: readonly string[];
  }>;

/** An incident as the store has it, where an older daemon may have written who was told of what; unchanged where it was this one. */
export function withOlderTold(incident: Incident): Incident {
  const told: readonly OlderDestination[] = incident.told ?? [];
  if (told.every(({ knows }) => knows !== undefined)) return incident;
  return { ...incident, told: told.map((each) => readOlder(incident, each)) };
}

function readOlder({ members }: Incident, older: OlderDestination): ToldDestination {
  const { heardOf, also = [], ended, seen, quiet, ...destination } = older;
  if (destination.knows !== undefined) return { ...destination, knows: destination.knows };
  const over = new Set(ended);
  const forOthers = new Set(seen);
  const quietly = new Set(quiet);
  const becomes = (_before: Knowing, alert: string): Knowing => {
    if (over.has(alert)) return "nothing";
    if (quietly.has(alert)) return forOthers.has(alert) ? "told alone" : "told";
    return forOthers.has(alert) ? "rung alone" : "rung";
  };
  const alerts = [...members.slice(0, heardOf), ...also];
  return { ...destination, knows: knowledgeAfter({ members }, { knows: knowingNothing }, { alerts, becomes }) };
}
