import type { Alert } from "../../../core/alerting/alert.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import type { Labels } from "../../../core/labels.ts";
import { cutText } from "../../../core/message/clean-text.ts";
import type { EpochMs } from "../../../core/time/time.ts";

/** A test ends by itself after so long, whatever is configured. */
const testLastsMs = 300_000;
/** Annotations that a shortened alert keeps, cut to `longestShortened`. */
const keptWhenShort: readonly string[] = ["title", "summary", "detail"];
const longestShortened = 300;
const classicName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** One alert as `POST /api/v2/alerts` takes it. @see https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
export type PostableAlert = Readonly<{
  labels: Labels;
  annotations: Labels;
  startsAt: string;
  endsAt: string;
  generatorURL: string;
}>;

export type AlertmanagerMessage = Readonly<{
  alerts: readonly PostableAlert[];
  /** Alerts of the group that are not in this message for their number. */
  leftOut: number;
  shortened: boolean;
}>;

/**
 * Renders the alerts of a notification. A firing one carries an end far ahead, so that it does not end by Alertmanager's
 * `resolve_timeout` before it is told again; a resolved one its end. Sending the same twice changes nothing.
 */
export function renderAlertmanager(
  notification: Notification,
  { expires_after: expiresAfterMs }: Readonly<{ expires_after: number }>,
): AlertmanagerMessage {
  const { intent, createdAtMs, lateMs = 0, alerts, truncatedAlerts, shorten } = notification;
  const lastsMs = intent === "test" ? Math.min(testLastsMs, expiresAfterMs) : expiresAfterMs;
  const generatorURL = URL.canParse(notification.externalUrl) ? notification.externalUrl : "";
  return {
    alerts: alerts.map((alert) => ({
      labels: wellFormed(alert.labels),
      annotations: annotationsOf(alert, shorten),
      startsAt: new Date(alert.startsAtMs).toISOString(),
      endsAt: new Date(endOf(alert, createdAtMs + lateMs + lastsMs)).toISOString(),
      generatorURL,
    })),
    leftOut: truncatedAlerts,
    shortened: shorten,
  };
}

/** Never before the start, which Alertmanager refuses. */
function endOf(alert: Alert, expiresAtMs: EpochMs): EpochMs {
  const endsAtMs = alert.status === "firing" ? expiresAtMs : (alert.endsAtMs ?? alert.updatedAtMs);
  return Math.max(alert.startsAtMs, endsAtMs);
}

/** Older Alertmanagers refuse the whole alert for one annotation whose name is not classic: such ones become lines of `also`. */
function annotationsOf({ annotations }: Alert, shorten: boolean): Labels {
  const entries = Object.entries(annotations).filter(([, text]) => text !== "");
  if (shorten) {
    const kept = entries.filter(([name]) => keptWhenShort.includes(name));
    return wellFormed(Object.fromEntries(kept.map(([name, text]) => [name, cutText(text, longestShortened)])));
  }
  const others = entries.filter(([name]) => !classicName.test(name)).map(([name, text]) => `${name}: ${text}`);
  const classic = Object.fromEntries(entries.filter(([name]) => classicName.test(name)));
  return wellFormed(others.length === 0 ? classic : { ...classic, also: others.join("\n") });
}

/** Alertmanager takes only valid UTF-8. */
function wellFormed(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, value.toWellFormed()]));
}
