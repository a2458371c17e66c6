import { fingerprintsOf, type OutboxRow } from "../../../core/alerting/outbox.ts";

/** The row less those of its ends whose beginning never arrived where it goes, or has been told again since; undefined when nothing else is in it. */
export function heardPart(row: OutboxRow): OutboxRow | undefined {
  const { unheard = [], overtaken = [], notification } = row;
  if (unheard.length + overtaken.length === 0) return row;
  const over = new Set([...unheard, ...overtaken]);
  const alerts = notification.alerts.filter(({ status, fingerprint }) => status === "firing" || !over.has(fingerprint));
  if (alerts.length > 0) return { ...row, notification: { ...notification, alerts } };
  // Of those that it does not name, some may have been heard of.
  return notification.truncatedAlerts > 0 && fingerprintsOf(row, "resolved").length > 0 ? row : undefined;
}
