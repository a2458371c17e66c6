import { channelComponent } from "../../alerting/delivery/lanes/channel-component.ts";
import type { SenderHooks } from "../../alerting/delivery/sender.ts";
import { deliveryTrouble } from "../../core/message/delivery-words.ts";
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
    onDead(row, { reason, detail, heirs }) {
      const place = {
        outbox: row.id,
        receiver: row.receiver,
        endpoint: row.endpoint,
        incident: row.notification.incident,
      };
      log.error("notification_not_delivered", { ...place, reason, detail, fallback: heirs.join(", ") });
    },
    onDigest: (digest, count) =>
      log.warn("notifications_joined", { outbox: digest.id, receiver: digest.receiver, count }),
    onBudget: (channel, said) => trouble.set(channelComponent({ ...channel, what: "budget" }), said),
    onTrouble({ receiver, endpoint }, told) {
      const detail = told === undefined ? undefined : deliveryTrouble(told.reason, told.detail);
      trouble.set(channelComponent({ receiver, endpoint, what: "failing" }), detail);
      if (told === undefined || told.isLost)
        trouble.set(channelComponent({ receiver, endpoint, what: "lost" }), detail);
    },
  };
}
