import type { Alert } from "../../../src/core/alerting/alert.ts";
import type { Notification } from "../../../src/core/alerting/notification.ts";

import { composeMessage, plainTextOf } from "../../../src/core/message/message.ts";

/** When the messages of these samples are written. */
export const createdAtMs = Date.UTC(2026, 10, 23, 2, 0, 0);

/** An alert of a check as a message shows it. */
export function alert(overrides: Partial<Alert> = {}): Alert {
  return {
    fingerprint: "f1",
    labels: {
      alertname: "CheckDown",
      check: "checkout",
      severity: "critical",
      tier: "application",
      instance: "https://shop.example.com/api/checkout",
      env: "production",
    },
    annotations: {
      title: "商城结算",
      summary: "商城结算 is down",
      reason: "status",
      detail: "HTTP 502, expected 200-299",
    },
    status: "firing",
    startsAtMs: createdAtMs - 5 * 60_000,
    updatedAtMs: createdAtMs,
    ...overrides,
  };
}

/** A notification of it. */
export function notification(overrides: Partial<Notification> = {}): Notification {
  return {
    id: "n1",
    intent: "firing",
    createdAtMs,
    receiver: "ops-chat",
    groupKey: "root:{}",
    groupLabels: {},
    alerts: [alert()],
    truncatedAlerts: 0,
    because: "first notification",
    externalUrl: "https://watchfire.example.com/",
    timeZone: "Asia/Shanghai",
    env: "production",
    locale: "zh",
    possibleDuplicate: false,
    shorten: false,
    plainText: false,
    ...overrides,
  };
}

/** What a reader without markup sees. */
export const textOf = (overrides: Partial<Notification>): string =>
  plainTextOf(composeMessage(notification(overrides)));

/** An alert of a rule, with a value and links. */
export const rule = alert({
  labels: { alertname: "orders-drop", severity: "critical", tier: "business" },
  annotations: {
    title: "商城订单",
    summary: "订单比上周少 42%",
    runbook: "https://wiki.example.com/orders",
    link_logs: "https://logs.example.com/?q=shop",
  },
  value: 11.23456,
});
