import { z } from "zod";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { composeMessage, plainTextOf } from "../../../core/message/message.ts";
import { delivered } from "../outcome.ts";

type LogMessage = Readonly<{
  severity: "info" | "warn";
  fields: Readonly<Record<string, string | number>>;
}>;

const options = z.strictObject({});

/** Writes each notification as one line of the daemon's log. */
export const log = defineNotifier<z.output<typeof options>, LogMessage>({
  kind: "log",
  title: "Log",
  options,
  limit: { count: 1000, perMs: 1000 },
  endpoint: () => "log",
  render(notification) {
    // A link that lets its reader act is no business of a log.
    const message = composeMessage({ ...notification, pages: {} });
    return {
      severity: message.tone === "critical" || message.tone === "warning" ? "warn" : "info",
      fields: {
        "notification.id": notification.id,
        "notification.intent": notification.intent,
        "notification.receiver": notification.receiver,
        "notification.alerts": notification.alerts.length + notification.truncatedAlerts,
        "notification.title": message.title,
        "notification.text": plainTextOf({ ...message, title: "" }).trim(),
        ...(notification.incident === undefined ? {} : { "notification.incident": notification.incident }),
      },
    };
  },
  async send(message, _options, io) {
    io.log(message.severity, "notification", message.fields);
    return delivered;
  },
});
