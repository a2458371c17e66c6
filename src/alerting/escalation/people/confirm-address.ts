import { createHash } from "node:crypto";
import type { ConfirmedAddress } from "../../../core/alerting/confirmed-address.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import { severities } from "../../../core/severity.ts";
import type { AlertingConfig } from "../../alerting-config.ts";
import type { Action } from "../../pipeline/action.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";
import type { Person } from "./people.ts";

/** Somebody says that a message reached a person by a receiver; `incident` where it is known what it was about. */
export type ConfirmWish = Pick<ConfirmedAddress, "person" | "receiver" | "by" | "via"> &
  Readonly<{
    incident?: string;
    /** Incidents of late that are over. */
    over?: readonly Incident[];
  }>;

/** How it ended; the message is one sentence for whoever asked. */
export type ConfirmOutcome = Readonly<
  { ok: true; message: string } | { ok: false; problem: "unknown" | "invalid"; message: string }
>;

/** A person, and the receivers with an address of that person's own by which no message was ever answered. */
export type Unconfirmed = Readonly<{ person: string; title: string; receivers: readonly string[] }>;

/**
 * Notes that an address is right. The link of a message that was sent there proves it; without one (a call, a text read to somebody)
 * it takes an incident, such as a drill, in which the person was told by that receiver: one that is open, or one of late.
 */
export function confirmAddress(wish: ConfirmWish): Action<ConfirmOutcome> {
  const { incident, over: _over, ...said } = wish;
  return ({ state, nowMs }) => {
    const { config, confirmed } = state;
    const person = config.escalation.people.get(wish.person);
    if (person === undefined) return refused("unknown", `there is no person "${wish.person}"`);
    const { title } = person.contact;
    if (!personalReceivers(person, config).includes(wish.receiver))
      return refused("invalid", `${title} has no address of their own at "${wish.receiver}" to confirm`);
    if (wish.via !== "page" && !wasTold(state, wish))
      return refused(
        "invalid",
        incident === undefined
          ? `no incident of the last week was told to ${title} by ${wish.receiver}; begin a drill whose policy does, and confirm it then`
          : `${title} was not told of this incident by ${wish.receiver}`,
      );
    const note: ConfirmedAddress = { ...said, addresses: addressesOf(person), atMs: nowMs };
    confirmed.set(confirmationKey(note), note);
    const audit = {
      action: "address_confirmed",
      person: wish.person,
      receiver: wish.receiver,
      by: wish.by,
      via: wish.via,
    };
    return { outcome: { ok: true, message: `${title} is reached by ${wish.receiver}` }, audit: [audit] };
  };
}

/** Key of a confirmation: one per person and receiver. */
export function confirmationKey({ person, receiver }: Pick<ConfirmedAddress, "person" | "receiver">): string {
  return `${person}/${receiver}`;
}

/** The people of the config who were never reached, by an address of their own, by a receiver that is counted on. */
export function unconfirmedOf({
  config,
  confirmed,
}: Pick<PipelineState, "config" | "confirmed">): readonly Unconfirmed[] {
  return [...config.escalation.people.values()].flatMap((person) => {
    const addresses = addressesOf(person);
    const receivers = personalReceivers(person, config).filter(
      (receiver) => confirmed.get(confirmationKey({ person: person.id, receiver }))?.addresses !== addresses,
    );
    return receivers.length === 0 ? [] : [{ person: person.id, title: person.contact.title, receivers }];
  });
}

/** Receivers of a person with an address of that person's own: a telephone, a mailbox; a chat room is everybody's. */
function personalReceivers({ reach }: Person, { receivers }: AlertingConfig): readonly string[] {
  const names = new Set(severities.flatMap((severity) => reach[severity]));
  return [...names].filter((name) =>
    receivers.get(name)?.integrations.some(({ isPersonal, interrupts }) => isPersonal === true || interrupts),
  );
}

function addressesOf({ contact }: Person): string {
  const written = Object.entries(contact.addresses).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(written)).digest("base64url").slice(0, 22);
}

function wasTold({ incidents }: PipelineState, { person, receiver, incident, over = [] }: ConfirmWish): boolean {
  return [...incidents.values(), ...over]
    .filter(({ id }) => incident === undefined || id === incident)
    .some(({ told = [] }) => told.some((each) => each.recipient === person && each.receiver === receiver));
}

function refused(problem: "unknown" | "invalid", message: string) {
  return { outcome: { ok: false, problem, message } } as const;
}
