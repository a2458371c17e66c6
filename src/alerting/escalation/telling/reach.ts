import type { Severity } from "../../../core/severity.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { onCallAt, type Schedules } from "../oncall/schedule.ts";
import type { People } from "../people/people.ts";
import { parseReference } from "../people/reach-reference.ts";

/** Where one message goes: a receiver, and the person it is for where it is for one. */
export type Destination = Readonly<{
  receiver: string;
  recipient?: string;
  /** For somebody who learns and is not counted on. */
  isCopy?: true;
}>;

/** Where a reference leads at a moment. */
export type Reach = Readonly<{
  destinations: readonly Destination[];
  /** Said when no person who is counted on is reached by a reference to people. */
  nobody?: string;
}>;

/** The people of the config and when they are on call. */
export type Directory = Readonly<{ people: People; schedules: Schedules }>;

/** Resolves a reference for an incident of a severity: which receivers are told, for whom. What the config does not know reaches nobody and says so. */
export function resolveReach(text: string, severity: Severity, nowMs: EpochMs, directory: Directory): Reach {
  const reference = parseReference(text);
  if (reference === undefined) return { destinations: [], nobody: `"${text}" names nobody` };
  if (reference.kind === "receiver") return { destinations: [{ receiver: reference.receiver }] };
  if (reference.kind === "person") return reachPerson(reference.person, severity, directory);
  const schedule = directory.schedules.get(reference.schedule);
  if (schedule === undefined) return { destinations: [], nobody: `there is no schedule "${reference.schedule}"` };
  const { order, shadows } = onCallAt(schedule, nowMs);
  const person = order[reference.ahead];
  const reached =
    person === undefined
      ? { destinations: [], nobody: `nobody is on call for ${text}` }
      : reachPerson(person, severity, directory);
  const learning = reference.ahead === 0 ? shadows.filter((shadow) => shadow !== person) : [];
  const copies = learning.flatMap((shadow) =>
    reachPerson(shadow, severity, directory).destinations.map((each): Destination => ({ ...each, isCopy: true })),
  );
  return { ...reached, destinations: [...reached.destinations, ...copies] };
}

function reachPerson(id: string, severity: Severity, { people }: Directory): Reach {
  const person = people.get(id);
  if (person === undefined) return { destinations: [], nobody: `there is no person "${id}"` };
  const receivers = person.reach[severity];
  if (receivers.length > 0) return { destinations: receivers.map((receiver) => ({ receiver, recipient: id })) };
  return { destinations: [], nobody: `${person.contact.title} is not told of ${severity}` };
}
