import type { Notification } from "../../core/alerting/notification.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { PlainWords } from "../../core/message/story.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { newRow } from "../new-row.ts";
import type { DueReport } from "./report-times.ts";

type Making = Readonly<{ config: AlertingConfig; ids: IdSource; nowMs: EpochMs }>;

/**
 * One message for each receiver that reads messages; what hands alerts to a program or wakes people is left out. The key of a row is
 * made of the moment at which the report was due: made again after a restart, it is the same row, and is sent once.
 */
export function reportRows({ report, slotMs }: DueReport, text: PlainWords, making: Making): readonly OutboxRow[] {
  const { config, ids, nowMs } = making;
  return report.receivers.flatMap((name) => {
    const receiver = config.receivers.get(name);
    if (receiver === undefined) return [];
    const notification = notificationFor(report.id, name, text, making);
    return receiver.integrations.flatMap((integration, position): OutboxRow[] => {
      if (integration.interrupts || integration.alertsOnly === true) return [];
      const dedupKey = `${notification.groupKey}/${slotMs}/${name}/${position}`;
      return [newRow({ id: ids.next(), dedupKey, notification, receiver, position, severity: "info", nowMs })];
    });
  });
}

function notificationFor(id: string, receiver: string, text: PlainWords, { config, ids, nowMs }: Making): Notification {
  const { externalUrl, timeZone, env, locale } = config;
  return {
    id: ids.next(),
    intent: "meta",
    createdAtMs: nowMs,
    receiver,
    groupKey: `report/${id}`,
    groupLabels: {},
    alerts: [],
    truncatedAlerts: 0,
    because: `report ${id}`,
    text,
    externalUrl,
    timeZone,
    env,
    locale,
    possibleDuplicate: false,
    shorten: false,
    plainText: false,
  };
}
