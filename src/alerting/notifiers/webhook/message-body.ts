import type { Intent, Notification } from "../../../core/alerting/notification.ts";
import { composeMessage, plainTextOf, type Tone } from "../../../core/message/message.ts";
import { type PayloadAlert, payloadAlerts } from "./payload.ts";

/** A message as people read it, for programs that hand it on: ready words, and the alerts that they are about. */
export type MessageBody = Readonly<{
  version: "1";
  /** The same over all attempts. */
  id: string;
  receiver: string;
  incident: string | null;
  intent: Intent;
  /** Severity while something fires; `resolved`, `ended` (over, but not recovered as far as is known) or `test`. */
  tone: Tone;
  /** What became of the incident: `taken`, `escalated` …; null for what alerts tell. */
  news: string | null;
  drill: boolean;
  possibleDuplicate: boolean;
  environment: string;
  createdAt: string;
  title: string;
  lines: readonly string[];
  links: readonly Readonly<{ text: string; url: string }>[];
  /** Title, lines and links in one. */
  text: string;
  groupKey: string;
  alerts: readonly PayloadAlert[];
  truncatedAlerts: number;
}>;

/** Writes the message in the words and the language that a chat would get; alerts over `maxAlerts` are only counted (0: no limit). */
export function messageBodyOf(notification: Notification, maxAlerts: number): MessageBody {
  const message = composeMessage(notification);
  const alerts = payloadAlerts(notification, maxAlerts);
  return {
    version: "1",
    id: notification.id,
    receiver: notification.receiver,
    incident: notification.incident ?? null,
    intent: notification.intent,
    tone: message.tone,
    news: notification.story?.news?.kind ?? null,
    drill: notification.isDrill === true,
    possibleDuplicate: notification.possibleDuplicate,
    environment: notification.env,
    createdAt: new Date(notification.createdAtMs).toISOString(),
    title: message.title,
    lines: message.lines.map(({ text }) => text),
    links: message.links,
    text: plainTextOf(message),
    groupKey: notification.groupKey,
    alerts,
    truncatedAlerts: notification.truncatedAlerts + notification.alerts.length - alerts.length,
  };
}
