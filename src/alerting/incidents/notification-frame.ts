import type { Alert } from "../../core/alerting/alert.ts";
import type { Notification } from "../../core/alerting/notification.ts";
import { compareSeverity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import { isDrill } from "../alert-book/drill-labels.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { storyOf } from "../correlation/story.ts";

/** Most alerts that one message lists; the rest is a number. */
const mostAlerts = 50;

type FrameKeys =
  | "createdAtMs"
  | "alerts"
  | "truncatedAlerts"
  | "externalUrl"
  | "timeZone"
  | "env"
  | "locale"
  | "possibleDuplicate"
  | "shorten"
  | "plainText"
  | "isDrill"
  | "story"
  | "style";

/** What every notification about alerts has, whoever is told and why; a message about a drill's alerts is marked as one. */
export function notificationFrame(
  config: AlertingConfig,
  alerts: readonly Alert[],
  nowMs: EpochMs,
): Pick<Notification, FrameKeys> {
  const story = storyOf(alerts, config.locale, nowMs);
  return {
    createdAtMs: nowMs,
    alerts: alerts.slice(0, mostAlerts),
    truncatedAlerts: Math.max(0, alerts.length - mostAlerts),
    externalUrl: config.externalUrl,
    timeZone: config.timeZone,
    env: config.env,
    locale: config.locale,
    possibleDuplicate: false,
    shorten: false,
    plainText: false,
    ...(alerts.some(({ labels }) => isDrill(labels)) ? { isDrill: true } : {}),
    ...(Object.keys(story).length === 0 ? {} : { story }),
    ...(config.style === undefined ? {} : { style: config.style }),
  };
}

/** The gravest first, of equals the oldest. */
export function worstFirst(alerts: readonly Alert[]): readonly Alert[] {
  return [...alerts].sort(
    (a, b) =>
      compareSeverity(severityOf(b.labels["severity"]), severityOf(a.labels["severity"])) ||
      a.startsAtMs - b.startsAtMs ||
      (a.fingerprint < b.fingerprint ? -1 : 1),
  );
}
