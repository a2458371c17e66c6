import { severities } from "../../../core/severity.ts";
import type { AlertingConfig, AlertReceiver } from "../../alerting-config.ts";
import type { People } from "../people/people.ts";
import type { Destination } from "./reach.ts";

type Ringing = Readonly<{ receivers: ReadonlyMap<string, AlertReceiver>; people: People }>;

/**
 * Where a step leads, less all that rings for people who only learn: they read along. Who would be told of the severity by telephone
 * alone hears by what tells them of another one, of a grave one first. Whom the step names besides does not only learn.
 */
export function sparingLearners(
  destinations: readonly Destination[],
  { receivers, escalation: { people } }: AlertingConfig,
): readonly Destination[] {
  const counted = destinations.filter(({ isCopy }) => isCopy !== true);
  const named = new Set(counted.map(({ recipient }) => recipient));
  const copies = Map.groupBy(
    destinations.filter(({ isCopy, recipient }) => isCopy === true && !named.has(recipient)),
    ({ recipient }) => recipient,
  );
  const sparing = [...copies].flatMap(([recipient, own]): readonly Destination[] => {
    const quiet = own.filter(({ receiver }) => !rings(receiver, receivers));
    if (quiet.length > 0 || recipient === undefined) return quiet;
    return quietReceivers(recipient, { receivers, people }).map((receiver) => ({ receiver, recipient, isCopy: true }));
  });
  return [...counted, ...sparing];
}

/** Receivers that tell a person something without a telephone; none where nothing does. */
export function quietReceivers(id: string, { receivers, people }: Ringing): readonly string[] {
  const person = people.get(id);
  const lists = severities
    .toReversed()
    .map((severity) => (person?.reach[severity] ?? []).filter((receiver) => !rings(receiver, receivers)));
  return lists.find((list) => list.length > 0) ?? [];
}

function rings(name: string, receivers: Ringing["receivers"]): boolean {
  const integrations = receivers.get(name)?.integrations ?? [];
  return integrations.length > 0 && integrations.every(({ interrupts }) => interrupts);
}
