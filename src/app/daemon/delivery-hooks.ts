import type { SenderHooks } from "../../alerting/delivery/sender.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import type { Trouble } from "./trouble.ts";

/** What the daemon does with what its sender tells: counts, logs, and raises trouble of a channel. */
export function deliveryHooks({
  metrics,
  log,
  trouble,
}: Readonly<{ metrics: SelfMetrics; log: Logger; trouble: Trouble }>): SenderHooks {
  return {
    onAttempt: (kind, outcome) => metrics.countNotification(kind, outcome),
    onDead: (row, reason, detail) =>
      log.error("notification_not_delivered", {
        outbox: row.id,
        receiver: row.receiver,
        endpoint: row.endpoint,
        incident: row.notification.incident,
        reason,
        detail,
      }),
    onTrouble: ({ receiver, endpoint }, told) =>
      trouble.set(`channel ${receiver} ${endpoint}`, told === undefined ? undefined : `${told.reason}: ${told.detail}`),
  };
}
