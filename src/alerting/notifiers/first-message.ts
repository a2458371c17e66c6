import type { Notification } from "../../core/alerting/notification.ts";
import type { DeliveryOutcome } from "../../core/alerting/notifier.ts";

/** The incident's first message in a chat, by its id there, and whether it has to say that all is over now; none where there is none. */
export type FirstMessage = Readonly<{ id: string; isOver: boolean }> | null;

/** What is known of the first message, where its id has the chat's form. */
export function firstMessageOf({ previousExternalId: id, intent, alerts }: Notification, form: RegExp): FirstMessage {
  if (id === undefined || !form.test(id)) return null;
  const isOver = intent === "resolved" && alerts.every(({ status }) => status === "resolved");
  return { id, isOver };
}

/**
 * Goes on with the first message once a later one has arrived: it keeps its place as the one to go on with, and at the end it is changed,
 * so that nobody who scrolls by takes it for news. A change that fails costs nothing but a word in the outcome.
 */
export async function settledWith(
  outcome: DeliveryOutcome,
  first: FirstMessage,
  change: (id: string) => Promise<DeliveryOutcome>,
): Promise<DeliveryOutcome> {
  if (first === null || outcome.kind !== "delivered") return outcome;
  const told = { ...outcome, externalId: first.id };
  if (!first.isOver) return told;
  const changed = await change(first.id);
  return changed.kind === "delivered"
    ? told
    : { ...told, detail: `the first message stays as it was: ${changed.detail}` };
}
