import type { OutboxRow } from "../../../core/alerting/outbox.ts";
import type { Settlement } from "../../../core/store.ts";
import type { EpochMs } from "../../../core/time/time.ts";
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

/** How an alert stands for whom a row tells of it: it fires and is to be told, or somebody has taken or closed its incident since, or it is over. */
export type Standing = "open" | "taken" | "over";

/** When a row was said, of which incident, and where it is read when it wakes nobody: there it is told, too, who takes the incident, as far as it is known. */
export type Telling = Readonly<{
  atMs: EpochMs;
  incident?: string;
  readAt?: Reached & Readonly<{ isPersonal: boolean }>;
}>;

/** What alerting knows of what is told and of those who are told in another's place, and is to know of calls that nobody took. */
export type Succession = Readonly<{
  /** How an alert stands for whom it is told. */
  standingOf(fingerprint: string, telling: Telling): Standing;
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
  standingOf: () => "open",
  handOn: async () => false,
  noteUnanswered: async () => {},
};

type Asking = Readonly<{ succession: Pick<Succession, "standingOf">; rings: boolean }>;

/** The row as somebody is told of it: of what is open, and of no end; undefined when nothing of it is. `rings`: it tells to find somebody. */
export function stillOpen(row: OutboxRow, { succession, rings }: Asking): OutboxRow | undefined {
  const { alerts, truncatedAlerts, createdAtMs, incident, receiver, recipient } = row.notification;
  const readAt = { receiver, ...(recipient === undefined ? {} : { recipient }), isPersonal: row.isPersonal === true };
  const telling = { atMs: createdAtMs, ...(incident === undefined ? {} : { incident }), ...(rings ? {} : { readAt }) };
  const firing = alerts.filter(({ status }) => status === "firing");
  const byStanding = Map.groupBy(firing, ({ fingerprint }) => succession.standingOf(fingerprint, telling));
  const open = byStanding.get("open") ?? [];
  if (open.length === alerts.length) return row;
  if (open.length > 0) return { ...row, notification: { ...row.notification, alerts: open } };
  // Who can tell of those that it does not name? What is taken is taken with them.
  return truncatedAlerts > 0 && firing.length > 0 && !byStanding.has("taken") ? row : undefined;
}

/** The row as others are told of it in its place: of what fires on, and of no end; what was to find somebody only of what nobody has taken. */
export function stillToTell(row: OutboxRow, { succession, rings }: Asking): OutboxRow | undefined {
  if (rings) return stillOpen(row, { succession, rings });
  const standingOf: Succession["standingOf"] = (...asked) =>
    succession.standingOf(...asked) === "over" ? "over" : "open";
  return stillOpen(row, { succession: { standingOf }, rings });
}

/** True for what nobody has to hear any more who has not heard it: it tells beginnings alone, and all of them are taken or over. */
export function isPast(row: OutboxRow, asking: Asking): boolean {
  const { alerts, intent } = row.notification;
  if (row.accepted !== undefined || intent === "test" || alerts.length === 0) return false;
  return alerts.every(({ status }) => status === "firing") && stillOpen(row, asking) === undefined;
}

/** The call that a row was, where it was one about an incident that nobody took. */
export function lostCall(
  { notification: { incident, receiver, recipient, createdAtMs } }: OutboxRow,
  { reason }: Readonly<{ reason: string }>,
): LostCall | undefined {
  if (incident === undefined || reason !== "no_answer") return undefined;
  return { incident, receiver, ...(recipient === undefined ? {} : { recipient }), atMs: createdAtMs };
}
