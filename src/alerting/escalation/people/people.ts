import type { Contact } from "../../../core/alerting/contact.ts";
import { type Severity, severities } from "../../../core/severity.ts";
import { addressKeys, type PeopleConfig, type PersonConfig } from "./people-schema.ts";

/** Somebody who can be told, and by which receivers at which severity. */
export type Person = Readonly<{
  id: string;
  contact: Contact;
  /** Names of receivers in their order; none: the person is not told at that severity. */
  reach: Readonly<Record<Severity, readonly string[]>>;
}>;

export type People = ReadonlyMap<string, Person>;

/** Opens the section `people`. */
export function openPeople(config: PeopleConfig): People {
  return new Map(
    Object.entries(config).map(([id, person]) => [id, { id, contact: contactOf(id, person), reach: reachOf(person) }]),
  );
}

/** Addresses by person, for the sender. */
export function contactsOf(people: People): ReadonlyMap<string, Contact> {
  return new Map([...people.values()].map(({ id, contact }) => [id, contact]));
}

function contactOf(id: string, person: PersonConfig): Contact {
  const addresses = addressKeys.flatMap((kind) => {
    const address = person[kind];
    return address === undefined ? [] : [[kind, address] as const];
  });
  return { title: person.title ?? id, addresses: Object.fromEntries(addresses) };
}

/** A severity that is not written takes the receivers of the next milder one: what is graver must not reach fewer people. */
function reachOf({ reach }: PersonConfig): Person["reach"] {
  const receivers = { info: [], warning: [], critical: [] } as Record<Severity, readonly string[]>;
  let milder: readonly string[] = [];
  for (const severity of severities) {
    milder = reach[severity] ?? milder;
    receivers[severity] = milder;
  }
  return receivers;
}
