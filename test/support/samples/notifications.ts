import type { Alert } from "../../../src/core/alerting/alert.ts";
import type { Notification } from "../../../src/core/alerting/notification.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";

/** The moment that FakeClock starts at. */
export const madeAtMs = Date.UTC(2026, 10, 23, 2, 0, 0);

/** A firing outage of a shop's checkout, five minutes old. */
export function anAlert(overrides: Partial<Alert> = {}): Alert {
  return {
    fingerprint: "970f7aa473b37bea",
    labels: {
      alertname: "CheckDown",
      check: "checkout",
      env: "production",
      instance: "https://shop.example.com/api/checkout",
      severity: "critical",
      tier: "application",
    },
    annotations: {
      title: "Checkout",
      summary: "Checkout is down: https://shop.example.com/api/checkout",
      reason: "status",
      detail: "HTTP 502, expected 200-299",
    },
    status: "firing",
    startsAtMs: madeAtMs - 300_000,
    updatedAtMs: madeAtMs,
    ...overrides,
  };
}

/** A first notification about that outage, in English. */
export function aNotification(overrides: Partial<Notification> = {}): Notification {
  return {
    id: "n-1",
    intent: "firing",
    createdAtMs: madeAtMs,
    receiver: "ops-chat",
    groupKey: '{}:{service="shop"}',
    groupLabels: { service: "shop" },
    incident: "i-1",
    alerts: [anAlert()],
    truncatedAlerts: 0,
    because: "first notification",
    externalUrl: "https://watchfire.example.com/",
    timeZone: "Asia/Shanghai",
    env: "production",
    locale: "en",
    possibleDuplicate: false,
    shorten: false,
    plainText: false,
    ...overrides,
  };
}

/** An outbox row that is due at once and may be tried for a day. */
export function anOutboxRow(id: string, overrides: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id,
    dedupKey: id,
    receiver: "ops-chat",
    integration: 0,
    endpoint: "chat",
    notification: aNotification({ id, incident: `incident of ${id}` }),
    attempts: 0,
    notBeforeMs: madeAtMs,
    giveUpAtMs: madeAtMs + 86_400_000,
    startedBefore: false,
    ...overrides,
  };
}
