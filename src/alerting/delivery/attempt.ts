import type { Notification } from "../../core/alerting/notification.ts";
import type { DeliveryOutcome, Notifier, NotifyIo } from "../../core/alerting/notifier.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { rejected, retryable } from "../notifiers/outcome.ts";
import type { Directory } from "./directory.ts";

/** Longest that one attempt may take. */
export const attemptTimeoutMs = 15_000;
const graceMs = 2000;
const lateAfterMs = 60_000;

/** The notification as it is to be sent now: for whom, by the config of now; with links that act; and whether it may be a duplicate or is late. */
export function notificationNow(
  row: OutboxRow,
  nowMs: EpochMs,
  { contacts, pagesOf }: Pick<Directory, "contacts" | "pagesOf"> = { contacts: new Map() },
): Notification {
  const lateMs = nowMs - row.notification.createdAtMs;
  const contact = contacts.get(row.notification.recipient ?? "");
  const pages = pagesOf?.(row.notification, nowMs);
  return {
    ...row.notification,
    ...(contact === undefined ? {} : { contact }),
    ...(pages === undefined ? {} : { pages }),
    possibleDuplicate: row.notification.possibleDuplicate || row.startedBefore,
    ...(lateMs > lateAfterMs ? { lateMs } : {}),
  };
}

/** Sends once under a deadline; a notifier that throws or does not end is contained here. */
export async function attempt(
  notifier: Notifier,
  notification: Notification,
  { io, clock, abort }: Readonly<{ io: NotifyIo; clock: Clock; abort: AbortController }>,
): Promise<DeliveryOutcome> {
  let send: ReturnType<Notifier["prepare"]>["send"];
  try {
    ({ send } = notifier.prepare(notification));
  } catch (error) {
    return rejected("message", "internal", `the message could not be built: ${nameOf(error)}`);
  }
  const overdue = Promise.withResolvers<DeliveryOutcome>();
  const giveUp = (): void =>
    overdue.resolve(retryable("timeout", "the notifier did not end", { maybeDelivered: true }));
  const cancelAbort = clock.setTimer(attemptTimeoutMs, () => abort.abort());
  const cancelGiveUp = clock.setTimer(attemptTimeoutMs + graceMs, giveUp);
  try {
    return await Promise.race([send(io, abort.signal), overdue.promise]);
  } catch (error) {
    return retryable("internal", `the notifier failed: ${nameOf(error)}`, { maybeDelivered: true });
  } finally {
    cancelAbort();
    cancelGiveUp();
  }
}

/** The kind of error only: its text may hold a secret. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
