import type { OutboxRow } from "../../../core/alerting/outbox.ts";
import type { IdSource } from "../../../core/ports/random.ts";
import type { Severity } from "../../../core/severity.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { gravest } from "../../alert-book/alert-severity.ts";
import { isPersonal } from "../../alerting-config.ts";
import { keyBeside, newRow } from "../../new-row.ts";
import type { Receivers } from "../config/receivers.ts";
import type { Directory } from "../directory.ts";
import type { Reach, Reached } from "../reach.ts";

/** What a fallback is decided by. */
export type FallBackParts = Readonly<{
  receivers: Receivers;
  /** People by their id. */
  contacts: Directory["contacts"];
  reach: Reach;
  /** References for critical messages that no other fallback takes. */
  lastResort: readonly string[];
  ids: IdSource;
}>;

/** Severity that decides how long a row is tried and whom its fallback reaches. */
function severityOfRow({ notification }: OutboxRow): Severity {
  return gravest(notification.alerts.map((alert) => alert.labels["severity"] ?? "")) ?? "warning";
}

/** Tells whether somebody would take over the row: news of an end falls back to nobody. */
export function hasFallBack(row: OutboxRow, parts: FallBackParts, nowMs: EpochMs): boolean {
  return heirsOf(row, parts, nowMs).length > 0;
}

/** Tells whether somebody takes over the row whom its receiver names for that, not only the last resort. */
export function hasNamedFallBack(row: OutboxRow, parts: FallBackParts, nowMs: EpochMs): boolean {
  return heirsOf(row, { ...parts, lastResort: [] }, nowMs).length > 0;
}

/**
 * Returns the rows that take over from one that failed, one per notifier of each receiver that its fallback reaches; never one to
 * a place that was tried already. Their keys hang on the notification, so that two notifiers that fail call nobody twice; those of what one
 * person alone reads on the saying, so that the store keeps none that says again what the person is told by that anyway.
 */
export function fallBackRows(row: OutboxRow, parts: FallBackParts, nowMs: EpochMs): readonly OutboxRow[] {
  const severity = severityOfRow(row);
  const tried = [...(row.tried ?? []), placeOf(row.receiver, row.notification.recipient)];
  const from = row.notification.fallbackFrom ?? whoWas(row, parts);
  return heirsOf(row, parts, nowMs).flatMap(({ receiver: name, recipient }): readonly OutboxRow[] => {
    const receiver = parts.receivers.get(name);
    if (receiver === undefined) return [];
    const { recipient: _before, isForAll: _shared, ...rest } = row.notification;
    const notification = {
      ...rest,
      receiver: name,
      ...(recipient === undefined ? {} : { recipient }),
      fallbackFrom: from,
      possibleDuplicate: false,
      shorten: false,
      plainText: false,
    };
    return receiver.integrations.map((integration, position) => {
      const again = `fallback/${row.notification.id}/${placeOf(name, recipient)}/${position}`;
      const own =
        isPersonal(integration) && recipient !== undefined
          ? keyBeside(row, { receiver: name, recipient, position })
          : undefined;
      const dedupKey = own ?? again;
      return {
        ...newRow({ id: parts.ids.next(), dedupKey, notification, receiver, position, severity, nowMs }),
        tried,
      };
    });
  });
}

function heirsOf(row: OutboxRow, { receivers, reach, lastResort }: FallBackParts, nowMs: EpochMs): readonly Reached[] {
  const { intent, recipient, alerts } = row.notification;
  if (intent === "test" || !alerts.some(({ status }) => status === "firing")) return [];
  const severity = severityOfRow(row);
  const tried = new Set([...(row.tried ?? []), placeOf(row.receiver, recipient)]);
  const reached = (references: readonly string[]): readonly Reached[] => {
    const heirs = new Map<string, Reached>();
    for (const named of references.flatMap((reference) => reach(reference, severity, nowMs))) {
      const heir = forWhom(named, recipient, receivers);
      const place = placeOf(heir.receiver, heir.recipient);
      if (receivers.has(heir.receiver) && !tried.has(place)) heirs.set(place, heir);
    }
    return [...heirs.values()];
  };
  const heirs = reached(receivers.get(row.receiver)?.fallback ?? row.fallback ?? []);
  return heirs.length === 0 && severity === "critical" ? reached(lastResort) : heirs;
}

/** Who was not reached, as people call them: a chat, or a person by what. */
function whoWas(
  { receiver, isPersonal: isOwn, notification }: OutboxRow,
  { receivers, contacts }: FallBackParts,
): string {
  const title = receivers.get(receiver)?.title ?? receiver;
  const person = isOwn === true ? contacts.get(notification.recipient ?? "") : undefined;
  return person === undefined ? title : `${person.title} (${title})`;
}

/** What has no address of its own takes over for the person whom the row was for. */
function forWhom(heir: Reached, recipient: string | undefined, receivers: Receivers): Reached {
  if (heir.recipient !== undefined || recipient === undefined) return heir;
  const isPersonsOnly = receivers.get(heir.receiver)?.integrations.some(({ personsOnly }) => personsOnly) ?? false;
  return isPersonsOnly ? { ...heir, recipient } : heir;
}

function placeOf(receiver: string, recipient: string | undefined): string {
  return recipient === undefined ? receiver : `${receiver} for ${recipient}`;
}
