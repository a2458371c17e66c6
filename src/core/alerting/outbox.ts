import type { NewsKind } from "../message/story.ts";
import type { EpochMs } from "../time/time.ts";
import type { Alert } from "./alert.ts";
import type { Notification } from "./notification.ts";
import type { Accepted, DeliveryOutcome } from "./notifier.ts";
import type { Spend } from "./spending.ts";

/** One message to one recipient that waits to be sent; committed with the transition that caused it. */
export type OutboxRow = Readonly<{
  id: string;
  /** Unique: a second row with the same key is ignored by the store. */
  dedupKey: string;
  receiver: string;
  /** Position of the notifier in the receiver's `to` list. */
  integration: number;
  endpoint: string;
  notification: Notification;
  attempts: number;
  /** How often its endpoint has refused it as it would refuse any message; absent where it has not. */
  refusals?: number;
  notBeforeMs: EpochMs;
  giveUpAtMs: EpochMs;
  /** True when an earlier attempt was begun and its end was never recorded. */
  startedBefore: boolean;
  /** True when whoever leased it before never said what became of it: an attempt may have been made. Told by the store at each lease, never kept. */
  isAbandoned?: boolean;
  /** Something urgent waits for it to be told first: it goes as that does. Told by the store at each lease, never kept. */
  isHastened?: boolean;
  /** Reach references that take over when the row fails, for the time when its receiver has left the config. */
  fallback?: readonly string[];
  /** Places that were tried before this row took over from a failed one, so that no two fall back to each other. */
  tried?: readonly string[];
  /** Nobody but its recipient reads it; all who look into a chat read what is said there to one of them. */
  isPersonal?: boolean;
  /** Fingerprints of the alerts that it ends and whose beginning never arrived where it goes; told by the store at each lease, never kept. */
  unheard?: readonly string[];
  /** Of the alerts that it ends those that were told here to fire again; told by the store at each lease, never kept. */
  overtaken?: readonly string[];
  /** Made by a start in shadow mode: never sent, whoever finds it. */
  isShadow?: boolean;
  /** The endpoint has taken it: it is not sent again, only asked after. */
  accepted?: AcceptedRow;
}>;

/** What is known of a row that an endpoint has taken; `mayBeHeard` when an attempt before that one may have arrived. */
export type AcceptedRow = Accepted & Readonly<{ endpoint: string; detail?: string; mayBeHeard?: boolean }>;

/**
 * What became of a row: the end of an attempt, or an end without one. `accepted`: the endpoint took it, and is asked at `retryAtMs` what
 * became of it. `released` gives the lease back and counts as nothing.
 */
export type RowOutcome =
  | DeliveryOutcome
  | Readonly<{ kind: "accepted"; accepted: AcceptedRow }>
  | Readonly<{ kind: "digested"; into: string }>
  | Readonly<{ kind: "dropped"; reason: string; detail: string }>
  | Readonly<{ kind: "released" }>;

/** What is recorded of a leased row; without `retryAtMs` the row has ended. `spend` counts an attempt that may have cost something. */
export type RowEnd = Readonly<{ outboxId: string; outcome: RowOutcome; retryAtMs?: EpochMs; spend?: Spend }>;

/** A delivery attempt as it was recorded. */
export type DeliveryRecord = Readonly<{
  outboxId: string;
  receiver: string;
  endpoint: string;
  atMs: EpochMs;
  attempt: number;
  outcome: string;
  /** True when nothing more is done about the row. */
  ended?: boolean;
  recipient?: string;
  incident?: string;
  intent?: Notification["intent"];
  reason?: string;
  detail?: string;
  externalId?: string;
}>;

/** One recipient at one endpoint. */
export function outletOf(row: OutboxRow): string {
  return JSON.stringify([row.receiver, row.integration, row.endpoint, row.notification.recipient ?? ""]);
}

/** Joins what has to go in order: one outlet and one incident (or group, where there is no incident yet). What was taken stands by itself: nothing waits for its fate. */
export function destinationOf(row: OutboxRow): string {
  const { incident, groupKey, recipient } = row.notification;
  const parts = [row.receiver, row.integration, row.endpoint, recipient ?? "", incident ?? groupKey];
  return JSON.stringify(row.accepted === undefined ? parts : [...parts, row.id]);
}

/** Fingerprints of the alerts that fire, or that are over, in what a row says. */
export function fingerprintsOf({ notification }: OutboxRow, status: "firing" | "resolved"): readonly string[] {
  return notification.alerts.filter((alert) => alert.status === status).map(({ fingerprint }) => fingerprint);
}

/** Who reads a row: all of a chat, or one person. */
export function readerOf({
  receiver,
  integration,
  endpoint,
  isPersonal,
  notification: { recipient },
}: OutboxRow): string {
  return JSON.stringify([receiver, integration, endpoint, isPersonal === true ? (recipient ?? "") : ""]);
}

/** What a row that waits says of an alert to its reader. */
export type Claim = Readonly<{ reader: string; fingerprint: string; isOver: boolean }>;

/**
 * What a row that waits says of alerts. Of one alert its reader is told in order, whichever incident that comes by: no end before the
 * beginning, and no beginning before the end of the time before. Once that end was tried, nothing waits for it any more.
 */
export function claimsOf(row: OutboxRow): readonly Claim[] {
  // What was taken is out of our hands.
  if (row.accepted !== undefined) return [];
  const reader = readerOf(row);
  const claims = row.notification.alerts.map(({ fingerprint, status }) => ({
    reader,
    fingerprint,
    isOver: status === "resolved",
  }));
  const isTried = row.attempts > 0 || row.startedBefore;
  return isTried ? claims.filter(({ isOver }) => !isOver) : claims;
}

/** A claim as one text, and the one that says the contrary. */
export function keysOfClaim({ reader, fingerprint, isOver }: Claim): Readonly<{ own: string; contrary: string }> {
  const key = `${reader}\n${fingerprint}\n`;
  return { own: `${key}${isOver}`, contrary: `${key}${!isOver}` };
}

/** What is known of the last beginning of an alert that was said to a reader: whether it arrived, and which it was. */
export type Beginning = Readonly<{
  isHeard: boolean;
  startsAtMs: EpochMs;
  /** A later one of which its reader did not hear: when the end of the one that was heard is told, nothing is known there of the other. */
  missedMs?: EpochMs;
}>;

/** True when the reader of an end knows that the alert fires again: to say that end now would be to say the contrary. */
export function isOvertaken({ startsAtMs }: Pick<Alert, "startsAtMs">, known: Beginning | undefined): boolean {
  return known?.isHeard === true && known.startsAtMs > startsAtMs;
}

/** What is known of an alert at a reader after that; undefined for nothing. */
export function beginningAfter(
  known: Beginning | undefined,
  what: keyof Hearing,
  alert: Pick<Alert, "startsAtMs">,
): Beginning | undefined {
  const { startsAtMs } = alert;
  if (what === "heard") return { isHeard: true, startsAtMs };
  if (what === "unheard") {
    if (known?.isHeard !== true) return { isHeard: false, startsAtMs };
    return startsAtMs > known.startsAtMs ? { ...known, missedMs: startsAtMs } : known;
  }
  if (what === "open") return known?.isHeard === true ? { isHeard: true, startsAtMs: known.startsAtMs } : undefined;
  if (known === undefined || known.startsAtMs > startsAtMs) return known;
  const { missedMs } = known;
  return missedMs === undefined || missedMs <= startsAtMs ? undefined : { isHeard: false, startsAtMs: missedMs };
}

/** The row with what of its ends is not to be told where it goes. */
export function withUntold(row: OutboxRow, knownOf: (fingerprint: string) => Beginning | undefined): OutboxRow {
  const over = row.notification.alerts.filter(({ status }) => status === "resolved");
  const unheard = over.filter(({ fingerprint }) => knownOf(fingerprint)?.isHeard === false);
  const overtaken = over.filter((alert) => isOvertaken(alert, knownOf(alert.fingerprint)));
  return {
    ...row,
    ...(unheard.length === 0 ? {} : { unheard: unheard.map(({ fingerprint }) => fingerprint) }),
    ...(overtaken.length === 0 ? {} : { overtaken: overtaken.map(({ fingerprint }) => fingerprint) }),
  };
}

/** True when an end is past for its reader, who is told by another row that the alert fires again. */
export function isOutrun(end: OutboxRow, beginning: OutboxRow): boolean {
  if (readerOf(end) !== readerOf(beginning)) return false;
  const firing = new Map(
    beginning.notification.alerts.flatMap(({ status, fingerprint, startsAtMs }) =>
      status === "firing" ? [[fingerprint, { isHeard: true, startsAtMs }] as const] : [],
    ),
  );
  return end.notification.alerts.some(
    (alert) => alert.status === "resolved" && isOvertaken(alert, firing.get(alert.fingerprint)),
  );
}

/** What is said about alerts where a row went. */
export type Hearing = Readonly<{
  heard: readonly Alert[];
  /** Not heard by this row; where an earlier one arrived and no end was told since, its reader knows of it nevertheless. */
  unheard: readonly Alert[];
  /** Not known to be unheard any more. */
  open: readonly Alert[];
  over: readonly Alert[];
}>;

/** The parts in the order in which they are noted. */
export const hearingParts = ["over", "open", "heard", "unheard"] as const satisfies readonly (keyof Hearing)[];

/** News of what people do about an incident may name what is over before its end is told. */
const naming: ReadonlySet<NewsKind | undefined> = new Set<NewsKind>([
  "taken",
  "untaken",
  "snoozed",
  "released",
  "assigned",
]);

/** What the end of an attempt, or of a row, says about alerts where it went: their beginning was heard there, or was not, or their end is told. */
export function hearingOf(row: OutboxRow, { outcome, retryAtMs }: RowEnd): Hearing {
  const nothing: Hearing = { heard: [], unheard: [], open: [], over: [] };
  const { alerts, story } = row.notification;
  const firing = alerts.filter(({ status }) => status === "firing");
  // Until it is known what became of it: an end may be told meanwhile.
  if (outcome.kind === "accepted") return { ...nothing, open: firing };
  if (retryAtMs !== undefined || outcome.kind === "released") return nothing;
  const over = naming.has(story?.news?.kind) ? [] : alerts.filter(({ status }) => status === "resolved");
  // A message that may have arrived counts as heard: its reader waits for the end.
  const mayBeHeard = row.accepted === undefined ? row.startedBefore : row.accepted.mayBeHeard === true;
  // The digest says all of it; where that is not told, what may have arrived before stays heard.
  if (outcome.kind === "digested") return mayBeHeard ? { ...nothing, heard: firing } : nothing;
  if (outcome.kind === "delivered" || mayBeHeard) return { ...nothing, heard: firing, over };
  return { ...nothing, unheard: firing, over };
}

/** Id at the other end of what this end has delivered, so that what follows at the destination can go on with it; undefined where there is none. */
export function threadOf({ notification }: OutboxRow, { outcome }: RowEnd): string | undefined {
  return outcome.kind === "delivered" && notification.incident !== undefined ? outcome.externalId : undefined;
}

/** The row as it goes on with an earlier message of its destination. */
export function followingOn(row: OutboxRow, previousExternalId: string): OutboxRow {
  return { ...row, notification: { ...row.notification, previousExternalId } };
}

/** True for what has to go first: it says that something critical fires. */
export function isUrgentRow({ notification: { intent, alerts } }: OutboxRow): boolean {
  const says = intent !== "resolved" && intent !== "test";
  return says && alerts.some(({ status, labels }) => status === "firing" && labels["severity"] === "critical");
}

/** True for the last word of its incident: what waits before it is not urgent any more. */
export function isEndRow({ notification: { intent } }: OutboxRow): boolean {
  return intent === "resolved";
}
