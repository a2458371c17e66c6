import type { Notification } from "../../../src/core/alerting/notification.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import type { Result, SubjectKey } from "../../../src/core/checks/result.ts";

/** The subject that store tests use where one is enough. */
export const subject: SubjectKey = { check: "shop", target: "t1", location: "default" };

/** An up result in a slot, changed by `over`. */
export function resultAt(slotMs: number, over: Partial<Result> = {}): Result {
  return {
    ...subject,
    slotMs,
    trigger: "schedule",
    verdict: "up",
    startedAtMs: slotMs + 7,
    durationMs: 12.345,
    phasesMs: { resolve: 0.5, connect: 1.25, processing: 10.5 },
    findings: [],
    samples: [],
    ...over,
  };
}

/** A down result in a slot. */
export function downAt(slotMs: number, over: Partial<Result> = {}): Result {
  const finding = { is: "down", reason: "refused", phase: "connect", detail: "connection refused" } as const;
  return resultAt(slotMs, { verdict: "down", findings: [finding], headline: finding, ...over });
}

/** A notification to receiver `ops` about incident `i1`. */
export function notification(over: Partial<Notification> = {}): Notification {
  return {
    id: "n1",
    intent: "firing",
    createdAtMs: 0,
    receiver: "ops",
    groupKey: "g1",
    groupLabels: { alertname: "CheckDown" },
    incident: "i1",
    alerts: [],
    truncatedAlerts: 0,
    because: "a new alert",
    externalUrl: "http://127.0.0.1:9797",
    timeZone: "UTC",
    env: "test",
    locale: "en",
    possibleDuplicate: false,
    shorten: false,
    plainText: false,
    ...over,
  };
}

/** An outbox row that is due at once. */
export function outboxRow(id: string, over: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id,
    dedupKey: `key-${id}`,
    receiver: "ops",
    integration: 0,
    endpoint: "https://chat.test",
    notification: notification(),
    attempts: 0,
    notBeforeMs: 0,
    giveUpAtMs: 9_000_000_000_000,
    startedBefore: false,
    ...over,
  };
}
