import { fingerprintsOf, type OutboxRow } from "../../../core/alerting/outbox.ts";
import type { Settlement } from "../../../core/store.ts";
import type { Reached } from "../reach.ts";

/** A call of the provider's that a step has made, and for whom. */
export type LostCall = Readonly<{ incident: string; receiver: string; recipient?: string; atMs: number }>;

/** A row that ends undelivered, the rows that take over from it, and who reads those. */
export type HandedOn = Readonly<{
  fingerprints: readonly string[];
  heirs: readonly Reached[];
  follow: readonly OutboxRow[];
  settlement: Settlement;
}>;

/** What alerting knows of what is told and of those who are told in another's place, and is to know of calls that nobody took. */
export type Succession = Readonly<{
  /** True when an incident is over or somebody has taken it. */
  isAttended(incident: string): boolean;
  /** True while the alert fires. */
  firesOn(fingerprint: string): boolean;
  /**
   * From now on the heirs hear of the end of the alerts, too. That, the end of the row and what follows are stored whole or not at all;
   * ends when they are, as far as the store works. False where nobody notes it: then nothing is stored.
   */
  handOn(handedOn: HandedOn): Promise<boolean>;
  /** Messages about the incident say from now on that nobody took the call. */
  noteUnanswered(call: LostCall): Promise<void>;
}>;

/** For a sender without alerting: nobody has taken anything, what fired fires on, and ends come from elsewhere. */
export const noSuccession: Succession = {
  isAttended: () => false,
  firesOn: () => true,
  handOn: async () => false,
  noteUnanswered: async () => {},
};

/** The row as others are told of it: of what fires on, and of no end; undefined when nothing of it does. */
export function stillFiring(row: OutboxRow, { firesOn }: Succession): OutboxRow | undefined {
  const { alerts, truncatedAlerts } = row.notification;
  const firing = alerts.filter(({ status, fingerprint }) => status === "firing" && firesOn(fingerprint));
  if (firing.length === alerts.length) return row;
  if (firing.length > 0) return { ...row, notification: { ...row.notification, alerts: firing } };
  // Who can tell of those that it does not name?
  return truncatedAlerts > 0 && fingerprintsOf(row, "firing").length > 0 ? row : undefined;
}

/** True for what is told in another's place and is over before anybody heard it: nobody needs to be told any more. */
export function isPast(row: OutboxRow, succession: Succession): boolean {
  const isHeir = row.tried !== undefined && row.accepted === undefined && fingerprintsOf(row, "firing").length > 0;
  return isHeir && stillFiring(row, succession) === undefined;
}

/** The call that a row was, where it was one about an incident that nobody took. */
export function lostCall(
  { notification: { incident, receiver, recipient, createdAtMs } }: OutboxRow,
  { reason }: Readonly<{ reason: string }>,
): LostCall | undefined {
  if (incident === undefined || reason !== "no_answer") return undefined;
  return { incident, receiver, ...(recipient === undefined ? {} : { recipient }), atMs: createdAtMs };
}
