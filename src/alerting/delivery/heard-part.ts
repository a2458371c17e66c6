import { fingerprintsOf, type OutboxRow } from "../../core/outbox.ts";

/** The row less those of its ends whose beginning never arrived where it goes; undefined when nothing else is in it. */
export function heardPart(row: OutboxRow): OutboxRow | undefined {
  const { unheard = [], notification } = row;
  if (unheard.length === 0) return row;
  const over = new Set(unheard);
  const alerts = notification.alerts.filter(({ status, fingerprint }) => status === "firing" || !over.has(fingerprint));
  if (alerts.length > 0) return { ...row, notification: { ...notification, alerts } };
  // Of those that it does not name, some may have been heard of.
  return notification.truncatedAlerts > 0 && fingerprintsOf(row, "resolved").length > 0 ? row : undefined;
}
