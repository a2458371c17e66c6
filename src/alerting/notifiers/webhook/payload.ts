import type { Alert } from "../../../core/alerting/alert.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import type { Labels } from "../../../core/labels.ts";
import type { EpochMs } from "../../../core/time/time.ts";

const zeroTime = "0001-01-01T00:00:00Z";

/** One alert as Alertmanager's webhook payload carries it. */
export type PayloadAlert = Readonly<{
  status: "firing" | "resolved";
  labels: Labels;
  annotations: Labels;
  startsAt: string;
  endsAt: string;
  generatorURL: string;
  fingerprint: string;
}>;

/** Alertmanager's webhook payload, version 4. @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export type Payload = Readonly<{
  receiver: string;
  status: "firing" | "resolved";
  alerts: readonly PayloadAlert[];
  notification_reason: string;
  groupLabels: Labels;
  commonLabels: Labels;
  commonAnnotations: Labels;
  routeLabels: Labels;
  externalURL: string;
  version: "4";
  groupKey: string;
  truncatedAlerts: number;
}>;

/** The alerts of a notification, at most so many (0: no limit). */
export function payloadAlerts({ alerts, externalUrl }: Notification, most: number): readonly PayloadAlert[] {
  return (most === 0 ? alerts : alerts.slice(0, most)).map((alert) => payloadAlert(alert, externalUrl));
}

/** Writes the payload that bridges for Alertmanager understand; alerts over `maxAlerts` are only counted (0: no limit). */
export function payloadOf(notification: Notification, maxAlerts: number): Payload {
  const alerts = payloadAlerts(notification, maxAlerts);
  const firing = notification.alerts.some(({ status }) => status === "firing");
  return {
    receiver: quoted(notification.receiver),
    status: firing ? "firing" : "resolved",
    alerts,
    notification_reason: notification.because,
    groupLabels: notification.groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    routeLabels: {},
    externalURL: notification.externalUrl.replace(/\/$/, ""),
    version: "4",
    groupKey: notification.groupKey,
    truncatedAlerts: notification.truncatedAlerts + notification.alerts.length - alerts.length,
  };
}

function payloadAlert(alert: Alert, externalUrl: string): PayloadAlert {
  const resolved = alert.status === "resolved";
  return {
    status: alert.status,
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: rfc3339(alert.startsAtMs),
    endsAt: resolved ? rfc3339(alert.endsAtMs ?? alert.updatedAtMs) : zeroTime,
    generatorURL: externalUrl,
    fingerprint: alert.fingerprint,
  };
}

/** Pairs that all of the label sets share. */
function common(sets: readonly Labels[]): Labels {
  const [first = {}, ...rest] = sets;
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((set) => set[name] === value)));
}

/** As Go's RFC3339Nano: no trailing zeros in the fraction, no fraction when it is zero. */
function rfc3339(atMs: EpochMs): string {
  return new Date(atMs).toISOString().replace(/\.?0+Z$/, "Z");
}

/** As Go's regexp.QuoteMeta, which Alertmanager applies to the receiver's name. */
function quoted(name: string): string {
  return name.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}
