import type { Notification } from "../../../core/alerting/notification.ts";
import { composeMessage, plainTextOf } from "../../../core/message/message.ts";

const shortenedAlerts = 5;

/** What the program reads on its standard input, but for the person; documented field by field in the README. */
export function execInput(notification: Notification) {
  const { id, intent, receiver, incident, env, locale, createdAtMs, alerts, truncatedAlerts, because } = notification;
  const message = composeMessage(notification);
  const shown = notification.shorten ? alerts.slice(0, shortenedAlerts) : alerts;
  return {
    version: 1,
    id,
    intent,
    receiver,
    incident: incident ?? null,
    because,
    env,
    language: locale,
    created_at: new Date(createdAtMs).toISOString(),
    is_drill: notification.isDrill ?? false,
    possible_duplicate: notification.possibleDuplicate,
    late_seconds: Math.round((notification.lateMs ?? 0) / 1000),
    tone: message.tone,
    title: message.title,
    text: plainTextOf(message),
    links: message.links.map(({ text, url }) => ({ text, url })),
    alerts: shown.map(({ status, labels, annotations, startsAtMs, endsAtMs, value }) => ({
      status,
      labels,
      annotations,
      starts_at: new Date(startsAtMs).toISOString(),
      ends_at: endsAtMs === undefined ? null : new Date(endsAtMs).toISOString(),
      value: value ?? null,
    })),
    truncated_alerts: truncatedAlerts + alerts.length - shown.length,
  };
}
